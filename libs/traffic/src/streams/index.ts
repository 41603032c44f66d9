export { CompressedStart } from './compressed-start.ts';
export { StreamParts } from './stream-parts.ts';
export { type HeldUntil, heldUntil } from './held-until.ts';
export { howItEnds, saysError, type StreamFailure } from './says-error.ts';
export { partSaysNothing, valueSaysNothing } from './says-nothing.ts';
