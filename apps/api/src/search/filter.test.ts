import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseFilter } from './filter.ts';
import { MODEL_LIST } from './list-query.ts';

const read = (filter: string) => parseFilter(filter, MODEL_LIST);

describe('a filter', () => {
  it('reads any text within either quotes, a quote being written twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom('"', "'"), (text, quote) => {
        const quoted = quote + text.replaceAll(quote, quote + quote) + quote;
        expect(read(`name = ${quoted} AND name != ${quoted}`).map(({ value }) => value)).toEqual([
          text,
          text,
        ]);
        expect(read(`name IN (${quoted}, 'x')`)).toMatchObject([{ comparator: 'IN', value: [text, 'x'] }]);
      }),
    );
  });

  it.each(["('a' 'b')", "(, 'a')", "('a',, 'b')", '()', '(,)', "('a', 'b'"])('refuses the list %s', (list) =>
    expect(() => read(`name IN ${list}`)).toThrow(expect.objectContaining({ code: 'filter_invalid' })),
  );
  it('takes a comma behind the last one, as Python does', () =>
    expect(read("name IN ('a',)")).toMatchObject([{ value: ['a'] }]));

  it.each(['version 3', '12', '2026-02-31', '11/12/2026', 'yesterday', ''])('refuses the time %j', (time) =>
    expect(() => read(`createdAt > '${time}'`)).toThrow(/Write a quoted time/),
  );
  it('takes a time without a zone for UTC', () =>
    expect(read("createdAt > '2026-11-24 08:00'")).toMatchObject([{ value: Date.UTC(2026, 10, 24, 8) }]));
});
