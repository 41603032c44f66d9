import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeText } from './decode-text.ts';

const swapped = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16();
const FORMS: [string, (text: string) => Buffer][] = [
  ['UTF-8', (text) => Buffer.from(text)],
  ['UTF-8 with a mark', (text) => Buffer.from(`\ufeff${text}`)],
  ['UTF-16 of a little end, with a mark', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['UTF-16 of a big end, with a mark', (text) => swapped(Buffer.from(`\ufeff${text}`, 'utf16le'))],
  ['UTF-16 of a little end', (text) => Buffer.from(text, 'utf16le')],
  ['UTF-16 of a big end', (text) => swapped(Buffer.from(text, 'utf16le'))],
];
describe.each(FORMS)('%s', (_form, encode) => {
  it('is read as it was written', () => {
    // As manifests begin: with a letter, a quote or a brace.
    const manifest = fc
      .tuple(fc.constantFrom('m', '{', '"', '#', '-'), fc.string({ unit: 'grapheme', maxLength: 50 }))
      .map((parts) => parts.join('').replaceAll('\u0000', ''));
    fc.assert(
      fc.property(manifest, (text) =>
        expect(decodeText(encode(text), 'it')).toBe(text.replaceAll('\ufeff\ufeff', '\ufeff')),
      ),
    );
  });
});
test('nothing is an empty text', () => expect(decodeText(Buffer.alloc(0), 'it')).toBe(''));
test.each([
  ['Latin-1', Buffer.from('größe', 'latin1')],
  ['gzip', Buffer.from([0x1f, 0x8b, 8, 0])],
  ['half a letter of UTF-16', Buffer.from([0xff, 0xfe, 0x41])],
])('%s is refused by name', (_what, bytes) =>
  expect(() => decodeText(bytes, 'm.yaml')).toThrow(/^m\.yaml is no UTF/),
);
