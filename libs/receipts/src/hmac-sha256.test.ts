import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hmacSha256 } from './hmac-sha256.ts';

describe('hmacSha256', () => {
  it("is Node's own HMAC, whatever the lengths of key and message, and whichever came before", () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.integer({ min: 0, max: 5_000 }).map((length) => 'é'.repeat(length)),
    );
    fc.assert(
      fc.property(text, text, (key, message) => {
        const theirs = createHmac('sha256', key).update(message).digest('hex');
        expect(hmacSha256(key, message).toString('hex')).toBe(theirs);
      }),
    );
  });
});
