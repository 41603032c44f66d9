import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { murmur3 } from './murmur3.ts';

/** The algorithm as its author wrote it, over bytes. */
function reference(bytes: Buffer, seed: number): number {
  const rotl = (x: number, by: number): number => (x << by) | (x >>> (32 - by));
  const mix = (k: number): number => Math.imul(rotl(Math.imul(k, 0xcc9e2d51), 15), 0x1b873593);
  const whole = bytes.length - (bytes.length % 4);
  let h = seed;
  for (let at = 0; at < whole; at += 4)
    h = Math.imul(rotl(h ^ mix(bytes.readInt32LE(at)), 13), 5) + 0xe6546b64;
  if (whole < bytes.length) h ^= mix(bytes.readUIntLE(whole, bytes.length - whole));
  h ^= bytes.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

describe('murmur3', () => {
  it('hashes the UTF-8 bytes of a text, in any alphabet and of any length', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary-ascii' }),
      fc.string({ unit: 'grapheme' }),
      fc
        .tuple(fc.constantFrom('a', 'é', '語', '🙂'), fc.nat(40_000))
        .map(([one, times]) => one.repeat(times)),
    );
    fc.assert(
      fc.property(text, fc.nat(0xffff_ffff), (one, seed) => {
        expect(murmur3(one, seed)).toBe(reference(Buffer.from(one), seed));
      }),
    );
  });
});
