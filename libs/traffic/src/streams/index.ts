export { CompressedStart } from './compressed-start.ts';
export { StreamParts } from './stream-parts.ts';
export { type HeldUntil, heldUntil } from './held-until.ts';
export { endsInError, saysError } from './says-error.ts';
