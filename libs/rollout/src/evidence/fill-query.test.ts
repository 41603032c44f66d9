import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { fillQuery } from './fill-query.ts';

const fill = (query: string, model = 'digits') => fillQuery(query, { model, version: 3, from: 2 });

describe('a query', () => {
  test.each<[string, string, string]>([
    ['sum(errors{model="{{model}}",v="{{ version }}"})', 'digits', 'sum(errors{model="digits",v="3"})'],
    ['a - {{from}} + errors:{{model}}:rate5m', 'digits', 'a - 2 + errors:digits:rate5m'],
    ['up{m="{{model}}"}', 'a"} or up{b="', String.raw`up{m="a\"} or up{b=\""}`],
    ["up{m='{{model}}'}", `a'} or up{b="`, String.raw`up{m='a\'} or up{b="'}`],
    ['up{m=`{{model}}`}', 'a`} or up{b=`', 'up{m="a`} or up{b=`"}'],
    ['up{m=`\\d "{{model}}"`}', 'x', String.raw`up{m="\\d \"x\""}`],
    ['up{m="{{model}}"}', 'a\\', String.raw`up{m="a\\"}`],
    ['up{m="{{model}}"}', 'a\n\u0085é😀', String.raw`up{m="a\u000a\u0085é😀"}`],
    ['up{m=~"{{model}}"}', '.*', String.raw`up{m=~"\\.\\*"}`],
    ['up{m=~"{{model}}|other"}', 'a|b', String.raw`up{m=~"a\\|b|other"}`],
    ['up{m !~ `{{model}}`}', 'a.b', String.raw`up{m !~ "a\\.b"}`],
    // Within an escape no placeholder begins: what would follow the backslash is the operator's.
    [String.raw`up{m="\\{{model}}"}`, 'a"', String.raw`up{m="\\a\""}`],
    [String.raw`up{m="\{{model}}"}`, '"', String.raw`up{m="\{{model}}"}`],
    ['up{m="x"} # "{{model}}\n+ up{m="{{model}}"}', '"\n', String.raw`up{m="x"} ${'\n'}+ up{m="\"\u000a"}`],
    ['up{a="`", m="{{model}}"}', '`', 'up{a="`", m="`"}'],
  ])('%s of %j', (query, model, filled) => expect(fill(query, model)).toBe(filled));

  it('has no name outside quotes that would be something else there', () => {
    for (const name of ['a b', 'a"', 'a-b', 'a)', 'a{', 'é', '1 or up'])
      expect(() => fill('errors_{{model}}', name)).toThrow('outside quotes');
    expect(() => fill('up{m="{{model}}')).toThrow('does not end');
    expect(() => fill('up{m="{{model}}\\"')).toThrow('does not end');
  });
});

/** A query as Prometheus' lexer reads it: code, and the values of its strings. */
function read(query: string): { code: string; strings: string[] } {
  const strings: string[] = [];
  const code = query.replace(
    /"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`([^`]*)`/g,
    (_all, double?: string, single?: string, raw?: string) => {
      strings.push(raw ?? unescaped(double ?? single ?? ''));
      return '""';
    },
  );
  return { code, strings };
}
const unescaped = (text: string): string =>
  text.replace(/\\(u[0-9a-f]{4}|.)/g, (_all, code: string) =>
    code.startsWith('u') ? String.fromCharCode(parseInt(code.slice(1), 16)) : code,
  );

it('for any name: the code stays the same, and each string is the name', () => {
  const name = fc.oneof(
    fc
      .array(
        fc.constantFrom('"', "'", '`', '\\', '\n', '{{model}}', '}', '#', '$1', 'n', 'x', '\u0085', '😀'),
      )
      .map((parts) => parts.join('')),
    fc.string({ unit: 'grapheme' }),
  );
  fc.assert(
    fc.property(name, fc.constantFrom('"', "'", '`'), fc.boolean(), (model, quote, isPattern) => {
      const query = `sum(a{m${isPattern ? '=~' : '='}${quote}{{model}}${quote}}) / b{c=${quote}x{{model}}${quote}}`;
      const { code, strings } = read(fill(query, model));
      expect(code).toBe(read(query).code);
      const [first = '', second = ''] = strings;
      expect(second).toBe(`x${model}`);
      if (isPattern) expect(new RegExp(`^(?:${first})$`).test(model)).toBe(true);
      else expect(first).toBe(model);
    }),
    { numRuns: 3_000 },
  );
});
