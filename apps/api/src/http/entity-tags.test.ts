import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { entityTags } from './entity-tags.ts';

type Tags = ReturnType<typeof entityTags>;

/** By the grammar of RFC 9110 (§5.6.1, §8.8.3), a character at a time, and nothing of what is tested. */
function reference(header: string): Tags {
  const text = header.replace(/^[\s]+|[\s]+$/g, '');
  if (text === '*') return '*';
  const tags: { opaque: string; isWeak: boolean }[] = [];
  let at = 0;
  const blanks = (): void => {
    while (text[at] === ' ' || text[at] === '\t') at++;
  };
  for (;;) {
    blanks();
    if (at < text.length && text[at] !== ',') {
      const isWeak = text.startsWith('W/', at);
      if (isWeak) at += 2;
      if (text[at] !== '"') return null;
      const end = text.indexOf('"', at + 1);
      if (end < 0) return null;
      const opaque = text.slice(at + 1, end);
      if ([...opaque].some((one) => one <= ' ' || one === '\x7f' || one > 'ÿ')) return null;
      tags.push({ opaque, isWeak });
      at = end + 1;
      blanks();
    }
    if (at === text.length) return tags.length === 0 ? null : tags;
    if (text[at] !== ',') return null;
    at++;
  }
}

const opaque = fc.string({
  maxLength: 6,
  unit: fc.oneof(fc.constantFrom('r', '1', ',', '\\', '*', 'W', '/', "'", 'ÿ'), fc.constantFrom('!', '~')),
});
const blanks = fc.string({ maxLength: 2, unit: fc.constantFrom(' ', '\t') });
const tag = fc.record({ opaque, isWeak: fc.boolean() });

describe('If-Match', () => {
  it('has the tags that were written into it, with commas in quotes, blanks and empty places', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.option(tag), blanks, blanks), { minLength: 1, maxLength: 6 }),
        (list) => {
          const header = list
            .map(([one, before, after]) => {
              const text = one === null ? '' : `${one.isWeak ? 'W/' : ''}"${one.opaque}"`;
              return before + text + after;
            })
            .join(',');
          const tags = list.flatMap(([one]) => (one === null ? [] : [one]));
          expect(entityTags(header)).toEqual(tags.length === 0 ? null : tags);
        },
      ),
    );
  });

  it('is read as the grammar has it, whatever it is', () => {
    const nonsense = fc.string({
      maxLength: 14,
      unit: fc.constantFrom('"', 'W', '/', 'w', 'r', '7', ',', ' ', '\t', '*', '\\', 'ÿ', '\x7f', 'Ā'),
    });
    fc.assert(
      fc.property(nonsense, (header) => expect(entityTags(header)).toEqual(reference(header))),
      { numRuns: 20_000 },
    );
  });

  it.each<[header: string, tags: Tags]>([
    ['*', '*'],
    [' * ', '*'],
    ['"r7"', [{ opaque: 'r7', isWeak: false }]],
    [
      '"a,b" , W/"r7"',
      [
        { opaque: 'a,b', isWeak: false },
        { opaque: 'r7', isWeak: true },
      ],
    ],
    ['""', [{ opaque: '', isWeak: false }]],
    ['', null],
    [',', null],
    ['r7', null],
    ['"r7', null],
    ['"r7" "r8"', null],
    ['w/"r7"', null],
    ['W/ "r7"', null],
    ['*, "r7"', null],
    ['"r 7"', null],
  ])('%j', (header, tags) => expect(entityTags(header)).toEqual(tags));

  it('costs what its length says', () => {
    expect(entityTags(`${' '.repeat(8_000)}x`)).toBeNull();
    expect(entityTags('"'.repeat(1_000_000))).toBeNull();
  });
});
