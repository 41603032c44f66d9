import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { printable, printableJson, printableLines } from './printable.ts';

describe('text for a terminal', () => {
  test.each([
    ['v2 is 3 % slower: größer → 😀 👩‍💻', 'v2 is 3 % slower: größer → 😀 👩‍💻'],
    ['\u001b]0;PWNED\u0007\u001b[2J', '\\x1b]0;PWNED\\x07\\x1b[2J'],
    ['\u009b2J', '\\x9b2J'],
    ['a\r\nb\tc', 'a\\r\\nb\\tc'],
    ['a\u202eb\u2066c\u2028d\u200be', 'a\\u202eb\\u2066c\\u2028d\\u200be'],
    ['\u{e0041}', '\\u{e0041}'],
    ['\ud800', '\\ud800'],
    ['::error title=x::y', '\\x3a:error title=x::y'],
    ['  ::stop-commands::x', '  \\x3a:stop-commands::x'],
    ['std::move ::x', 'std::move ::x'],
    ['x\n::error::y\r ::z', 'x\\n\\x3a:error::y\\r \\x3a:z'],
    ['see ##[error]x and ##vso[task]', 'see \\x23#[error]x and \\x23#vso[task]'],
    ['###[x]', '#\\x23#[x]'],
  ])('%j', (text, shown) => expect(printable(text)).toBe(shown));

  it('stays in its lines', () => {
    expect(printableLines('a\n::b\u001b\n')).toBe('a\n\\x3a:b\\x1b\n');
  });
});

/** What a terminal or a runner takes for more than text, by their own rules. */
const obeyed = (line: string): boolean =>
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u2028\u2029]/.test(line) ||
  line.trimStart().startsWith('::') ||
  /##(\[|vso\[|teamcity\[)/.test(line);
const part = fc.constantFrom(
  ...[
    '\u001b',
    '[2J',
    ']0;x',
    '\u0007',
    '\u009b',
    '\u009d',
    '\n',
    '\r',
    '\t',
    ' ',
    '\u00a0',
    '::',
    ':',
    '#',
    '##',
  ],
  ...['##[error]', '##vso[', '[', '\u202e', '\u2066', '\u2028', '\u200f', '\ud800', 'error', '\\', '"', '😀'],
);
const hostile = fc.oneof(
  fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 30 }),
);

describe('for any text', () => {
  it('nothing is obeyed, and once is enough', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = printable(text);
        expect(obeyed(shown)).toBe(false);
        expect(printable(shown)).toBe(shown);
        const lines = printableLines(text).split('\n');
        expect(lines).toHaveLength(text.split('\n').length);
        expect(lines.filter(obeyed)).toEqual([]);
      }),
      { numRuns: 5_000 },
    );
  });

  it('JSON says the same, and nothing of it is obeyed', () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom(0, 2), (text, indent) => {
        const value = { [text.replaceAll('__proto__', '')]: [text] };
        const shown = printableJson(value, indent);
        expect(JSON.parse(shown)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(shown.split('\n').filter(obeyed)).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });
});
