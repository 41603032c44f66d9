import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeBehind, decodePageToken, encodePageToken } from './convert.ts';
import { assertKey, type KeyPart } from './page-key.ts';

const ID = '0d9f4dd6-35d5-4b43-9c0c-5c1f3a2b1e00';

it.each<[kind: KeyPart, good: readonly string[], bad: readonly string[]]>([
  ['text', ['', 'a b', '😀', 'a\\'], ['a\0b', '\ud800', 'x\udc00']],
  ['int', ['0', '-7', '2147483647'], ['', '1.5', '2147483648', '99999999999', '1e3', ' 1']],
  ['long', ['0', '9'.repeat(18)], ['', '-1', '9'.repeat(19), '1n']],
  ['millis', ['0', '1795764013775'], ['', '-1', '9'.repeat(16)]],
  ['micros', ['0', '-5', '1795764013775000'], ['', '9'.repeat(18), '1n']],
  ['uuid', [ID], ['', '-'.repeat(36), ID.slice(1), `${ID}0`]],
])('a part that is %s', (kind, good, bad) => {
  for (const text of good) expect(() => assertKey([text], [kind])).not.toThrow();
  for (const text of bad) expect(() => assertKey([text], [kind])).toThrow(/not one that this list gave out/);
});

it('a key comes back as it was, and whatever else comes is a key of its kinds or refused', () => {
  const kinds = ['int', 'text'] as const;
  const storable = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), storable, (step, name) => {
      expect(decodePageToken(encodePageToken(`${step} ${name}`), kinds)).toEqual([String(step), name]);
    }),
  );
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.base64String()), (token) => {
      try {
        assertKey(decodePageToken(token, kinds) ?? [], kinds);
      } catch (error) {
        expect(error).toMatchObject({ code: 'page_token_invalid' });
      }
    }),
  );
});

it('a list goes on behind a number, or behind the row that a token of before names by time and id', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }),
      fc.bigInt({ min: 10n ** 12n, max: 10n ** 16n }),
      (number, time) => {
        expect(decodeBehind(encodePageToken(String(number)))).toEqual({ sequence: String(number), id: null });
        expect(decodeBehind(encodePageToken(`${time} ${ID}`))).toEqual({ sequence: null, id: ID });
      },
    ),
  );
  for (const other of ['', '-1', '1.5', `${ID} 1`, '1 2', `1 ${ID} 3`])
    expect(() => decodeBehind(encodePageToken(other))).toThrow(/not one that this list gave out/);
});
