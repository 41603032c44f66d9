export { StreamParts } from './stream-parts.ts';
export { type HeldUntil, heldUntil } from './held-until.ts';
export { saysError } from './says-error.ts';
