import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { areSameBytes } from './same-bytes.ts';

it('says what a look at each byte says, wherever in a buffer the bytes lie', () => {
  const pair = fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.nat(9), fc.option(fc.nat(40)));
  fc.assert(
    fc.property(pair, ([bytes, offset, changed]) => {
      const other = new Uint8Array(offset + bytes.length + 3).subarray(offset, offset + bytes.length);
      other.set(bytes);
      if (changed !== null && changed < other.length) other[changed] = (other[changed] ?? 0) ^ 1;
      const expected = bytes.every((byte, i) => byte === other[i]);
      expect(areSameBytes(bytes, other)).toBe(expected);
      expect(areSameBytes(bytes, new Uint8Array([...bytes, 0]))).toBe(false);
    }),
  );
});
