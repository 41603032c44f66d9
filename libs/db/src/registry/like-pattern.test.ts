import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { wholePattern } from './like-pattern.ts';
import { foldBeyondAscii } from './letter-case.ts';

/** LIKE as PostgreSQL reads it; throws where it does. */
function tokens(pattern: string): string[] {
  const read: string[] = [];
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] !== '\\') read.push(pattern[i] ?? '');
    else if (i + 1 === pattern.length) throw new Error('LIKE pattern must not end with escape character');
    else read.push(`literal ${pattern[++i] ?? ''}`);
  }
  return read;
}

it('every pattern can be read, and what could be read before means the same', () => {
  const patterns = fc.array(fc.constantFrom('\\', '%', '_', 'a', "'"), { maxLength: 12 });
  fc.assert(
    fc.property(patterns, (parts) => {
      const pattern = parts.join('');
      const whole = tokens(wholePattern(pattern));
      let before: string[] | null = null;
      try {
        before = tokens(pattern);
      } catch {
        // refused by PostgreSQL: the last backslash stands for itself then
      }
      expect(whole).toEqual(before ?? [...tokens(pattern.slice(0, -1)), 'literal \\']);
    }),
  );
});

it.each([
  ['plain', '', '', 'plain'],
  ['àb', 'À', 'à', 'àb'],
  ['ÀB', 'À', 'à', 'àB'],
  ['straße', '', '', 'straße'],
  ['模型 🚀', '', '', '模型 🚀'],
  ['ЖжЖ%', 'Ж', 'ж', 'жжж%'],
])('%s without regard to case', (pattern, from, to, folded) => {
  const fold = foldBeyondAscii(pattern);
  expect(fold).toEqual({ from, to, folded });
});

it('translates letter by letter', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (pattern) => {
      const { from, to, folded } = foldBeyondAscii(pattern);
      expect([...from].length).toBe([...to].length);
      expect(foldBeyondAscii(folded).folded).toBe(folded);
    }),
  );
});
