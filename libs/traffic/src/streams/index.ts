export { FirstPart } from './first-part.ts';
export { type HeldUntil, heldUntil } from './held-until.ts';
export { saysError } from './says-error.ts';
