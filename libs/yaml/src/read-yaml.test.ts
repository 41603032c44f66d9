import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Parser, parse, stringify } from 'yaml';
import { readYaml, YAML_LIMITS } from './read-yaml.ts';

/** Texts that cost a parser more than their length says: each is made for a number of bytes. */
const many = (part: (i: number) => string, bytes: number, glue = ''): string => {
  const parts: string[] = [];
  for (let size = 0, i = 0; size < bytes; i++) {
    const next = part(i) + glue;
    parts.push(next);
    size += next.length;
  }
  return parts.join('');
};
const COSTLY: Readonly<Record<string, (bytes: number) => string>> = {
  'different keys': (n) => many((i) => `k${i}: 1\n`, n),
  'different keys without values': (n) => many((i) => `k${i}:\n`, n),
  'different keys in braces': (n) => `{${many((i) => `k${i}`, n, ',')}}`,
  'keys with question marks': (n) => many((i) => `? k${i}\n`, n),
  'a long list': (n) => many(() => '- a\n', n),
  'a long list in brackets': (n) => `[${many(() => 'a', n, ',')}]`,
  'brackets in brackets': (n) => '['.repeat(n),
  'braces in braces': (n) => '{a: '.repeat(n / 4),
  'lists in lists': (n) => '- '.repeat(n / 2),
  'keys of keys': (n) => '? '.repeat(n / 2),
  'maps in maps': (n) => many((i) => `${' '.repeat(i)}a:\n`, n),
  comments: (n) => many(() => '#\n', n),
  documents: (n) => many(() => '---\n', n),
  directives: (n) => many(() => '%A b\n', n),
  anchors: (n) => many((i) => `- &a${i} b\n`, n),
  aliases: (n) => `- &a b\n${many(() => '- *a\n', n)}`,
  'aliases of aliases': (n) => many((i) => `- &a${i} [${i === 0 ? 'x' : `*a${i - 1}, *a${i - 1}`}]\n`, n),
  tags: (n) => many(() => '- !x y\n', n),
  'empty lines': (n) => `a:${'\n'.repeat(n)}b`,
  'colons and dashes': (n) => ':-'.repeat(n / 2),
  'quotes that do not end': (n) => `"${'a\n'.repeat(n / 2)}`,
};

/** How often the library compares, looks a key up, or is given a token. */
function workOf(text: string): number {
  let work = 0;
  const { some } = Array.prototype;
  const { has } = Set.prototype;
  const { next } = Parser.prototype;
  Array.prototype.some = function (
    this: unknown[],
    predicate: (...args: unknown[]) => unknown,
    that?: unknown,
  ) {
    return some.call(this, (...args: unknown[]) => {
      work++;
      return predicate.apply(that, args);
    });
  } as typeof some;
  Set.prototype.has = function (this: Set<unknown>, value) {
    work++;
    return has.call(this, value);
  };
  Parser.prototype.next = function (this: Parser, source) {
    work++;
    return next.call(this, source);
  };
  try {
    readYaml(text);
  } catch {
    // refused: that costs too
  } finally {
    Object.assign(Array.prototype, { some });
    Object.assign(Set.prototype, { has });
    Object.assign(Parser.prototype, { next });
  }
  return work;
}

describe('the work of reading YAML', () => {
  it.each(Object.entries(COSTLY))('is linear for %s', (_name, make) => {
    const [half, whole] = [workOf(make(20_000)), workOf(make(40_000))];
    expect(whole).toBeLessThan(2.2 * half + 5_000);
    expect(whole).toBeLessThan(5 * YAML_LIMITS.tokens);
  });

  it.each(Object.entries(COSTLY))('ends early where there is too much of %s', (_name, make) => {
    expect(workOf(make(YAML_LIMITS.bytes - 1_000))).toBeLessThan(4 * YAML_LIMITS.tokens);
    expect(() => readYaml(make(2 * YAML_LIMITS.bytes))).toThrow(/too large|cannot be read/);
  });
});

it.each<[text: string, error: RegExp]>([
  ['a: 1\nb: 2\na: 3\n', /the key "a" is there twice at line 3, column 1/],
  ['1: a\n"1": b\n', /the key "1" is there twice/],
  ['x: { a: 1, a: 2 }', /the key "a" is there twice/],
  ['? [a]\n: b\n', /a key is no text/],
  ['a: !ENV SECRET', /Unresolved tag: !ENV at line 1, column 4/],
  ['- !reference [a, b]', /Unresolved tag: !reference/],
  ["a: !!js/function 'x'", /Unresolved tag: \S+function/],
  ['%FOO\n---\na: 1', /Unknown directive %FOO/],
  ['a: b: c', /Nested mappings .* line 1, column/],
  ['a\n---\nb\n', /more than one document at line 2/],
  [`${'['.repeat(65)}${']'.repeat(65)}`, /nested deeper than 64/],
  [`a: &a 1\nb: [${'*a, '.repeat(60)}]`, /more than 50 aliases/],
  [
    `a: &a [x]\n${Array.from({ length: 20 }, (_, i) => `b${i}: &b${i} [${i === 0 ? '*a' : `*b${i - 1}`}, ${i === 0 ? '*a' : `*b${i - 1}`}]`).join('\n')}`,
    /Excessive alias count/,
  ],
])('refuses %j', (text, error) => expect(() => readYaml(text)).toThrow(error));

it('reads what the library writes, as it does', () => {
  const texts = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.constantFrom('yes', '1', 'null', '- a', 'a: b', '# c', '~'),
  );
  const documents = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.oneof(texts, fc.integer(), fc.boolean(), fc.constant(null)),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(
        texts.filter((key) => key !== '__proto__'),
        tie('value'),
        { maxKeys: 4 },
      ),
    ),
  })).value;
  fc.assert(
    fc.property(documents, fc.boolean(), (document, flow) => {
      const text = flow ? JSON.stringify(document) : stringify(document);
      expect(readYaml(text)).toEqual(parse(text));
    }),
    { numRuns: 500 },
  );
});
