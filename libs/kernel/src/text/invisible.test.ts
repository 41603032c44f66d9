import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { invisibleIn } from './invisible.ts';

it.each([
  ['a\u200b', 'U+200B'],
  ['a\u202egnp', 'U+202E'],
  ['\u2066a\u2069', 'U+2066'],
  ['a\u00adb', 'U+00AD'],
  ['a\tb', 'U+0009'],
  ['a\u3164', 'U+3164'],
  ['a\u2028b', 'U+2028'],
  ['a\u{e0041}', 'U+E0041'],
  ['Ünïcödé 模型 🚀', null],
  ['e\u0301 combining', null],
  ['', null],
])('%j', (text, found) => expect(invisibleIn(text)).toBe(found));

it('finds one wherever it is', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'é', '模', '🚀', ' ') });
  const marks = fc.constantFrom('\u200d', '\u200e', '\u2060', '\ufeff', '\u061c', '\u0000', '\u{e0001}');
  fc.assert(
    fc.property(letters, marks, letters, (before, mark, after) => {
      expect(invisibleIn(before + after)).toBeNull();
      expect(invisibleIn(before + mark + after)).toMatch(/^U\+[0-9A-F]{4,6}$/);
    }),
  );
});
