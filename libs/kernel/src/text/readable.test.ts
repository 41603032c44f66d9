import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isReadable } from './readable.ts';

const SAY_NOTHING = [
  ...['', ' ', '\t', '\n', '\u00a0', '\u3000', '\u1680', '\u2028', '\u0085'],
  ...['\u200b', '\u200d', '\u2060', '\ufeff', '\u202e', '\u00ad', '\u034f', '\u180e', '\ufe0f', '\u{e0041}'],
  // Fillers that are letters to Unicode, and a symbol without a dot.
  ...['\u115f', '\u1160', '\u3164', '\uffa0', '\u2800'],
  ...['\0', '\x7f', '\u0301', '\ue000', '\u{10ffff}', '\ud800'],
];
const SAY_SOMETHING = [
  'a',
  '?',
  '7',
  '模',
  '🚀',
  'ß',
  '…',
  '+1',
  'ا',
  '✓',
  'e\u0301',
  '\u200bok\u200b',
  ' .',
];

it.each(SAY_SOMETHING)('%j says something', (text) => expect(isReadable(text)).toBe(true));

it('says nothing, however much of it there is', () => {
  const nothing = fc.string({ unit: fc.constantFrom(...SAY_NOTHING) });
  fc.assert(
    fc.property(nothing, nothing, fc.constantFrom(...SAY_SOMETHING), (before, after, word) => {
      expect(isReadable(before + after)).toBe(false);
      expect(isReadable(`${before} ${word} ${after}`)).toBe(true);
    }),
  );
});
