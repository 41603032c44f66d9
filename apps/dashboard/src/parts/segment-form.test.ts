import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EMPTY_ROW, fieldOf, namedTwice, rowsOf, type Segments, segmentsOf } from './segment-form.ts';

const line = fc.string({ minLength: 1 }).filter((text) => !/[\r\n]/.test(text) && /[^\t\v\f ]/.test(text));
const blank = fc.constantFrom('', ' ', '\t ');
const list = fc.array(line, { minLength: 1, maxLength: 5 });
const one = fc.oneof(
  fc.record({ header: line, values: list }),
  fc.record({ jsonPath: line, values: list }),
  fc.record({ units: list }),
);
// What a segment may be called.
const name = fc.stringMatching(/^[a-z][a-z0-9._-]{0,9}$/);

it('sends what is there when nothing was changed', () => {
  fc.assert(
    fc.property(fc.dictionary(name, one), (segments) => {
      expect(segmentsOf(rowsOf(segments as Segments))).toEqual({ ...segments });
    }),
  );
});

it('says of an error the line that it is about, whatever blank lines stand between', () => {
  const lines = fc.array(fc.oneof(line, blank), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(lines, (written) => {
      const rows = [{ ...EMPTY_ROW, name: 'pilots', kind: 'units' as const, entries: written.join('\n') }];
      const sent = (segmentsOf(rows) as Record<string, { units: string[] }>)['pilots']?.units ?? [];
      for (const [at, unit] of sent.entries()) {
        const said = fieldOf({ pointer: `/pilots/units/${at}`, detail: 'no' }, rows)?.detail ?? '';
        expect(written[Number(/^Line (\d+): no$/.exec(said)?.[1]) - 1]).toBe(unit);
      }
      expect(sent).toHaveLength(written.filter((one) => one.trim() !== '').length);
    }),
  );
});

it('puts each error at its field', () => {
  const rows = [
    { ...EMPTY_ROW, name: 'The staff', place: 'x team', entries: 'a\nb ' },
    { ...EMPTY_ROW, name: 'a/b', kind: 'units' as const },
  ];
  const at = (pointer: string) => fieldOf({ pointer, detail: 'no' }, rows);
  expect([
    at('/The staff'),
    at('/The staff/header'),
    at('/The staff/values/1'),
    at('/a~1b/units'),
    at(''),
    at('/else'),
  ]).toEqual([
    { row: 0, field: 'name', detail: 'no' },
    { row: 0, field: 'place', detail: 'no' },
    { row: 0, field: 'entries', detail: 'Line 2: no' },
    { row: 1, field: 'entries', detail: 'no' },
    null,
    null,
  ]);
  expect(namedTwice([...rows, rows[0]!])).toEqual([2]);
});
