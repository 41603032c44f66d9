import { Buffer } from 'node:buffer';

/** Are these the same bytes? By `memcmp`: two answers of 64 KB take a microsecond, and a loop over them a hundred times that. */
export const areSameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && Buffer.compare(a, b) === 0;
