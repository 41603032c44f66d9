import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  freezeSegment,
  isInSegment,
  isRepeatable,
  LONGEST_UNIT,
  type UnitSource,
  unitName,
  unitOf,
} from '../index.ts';

const read = (source: UnitSource, headers: Record<string, unknown>, body?: unknown): string | null =>
  unitOf(source, { header: (name) => headers[name], json: () => body });

describe('the unit of a request', () => {
  it.each<[UnitSource, Record<string, unknown>, unknown, string | null]>([
    [{ from: 'header', name: 'X-User' }, { 'x-user': 'a' }, undefined, 'a'],
    [{ from: 'header', name: 'x-user' }, {}, undefined, null],
    [{ from: 'header', name: 'x-user' }, { 'x-user': '' }, undefined, null],
    [
      { from: 'header', name: 'x-user' },
      { 'x-user': 'a'.repeat(1_001) },
      undefined,
      'long:a48d84258f9f90bd5f0fad07f91986ff:1001',
    ],
    [{ from: 'cookie', name: 'sid' }, { cookie: 'a=1; sid=x=y; sid=2' }, undefined, 'x=y'],
    [{ from: 'cookie', name: 'sid' }, { cookie: 'sid="q"' }, undefined, 'q'],
    [{ from: 'cookie', name: 'sid' }, { cookie: 'asid=1; SID=2; sid' }, undefined, null],
    [{ from: 'cookie', name: 'sid' }, { cookie: 'sid=' }, undefined, null],
    [{ from: 'json', name: '$.user.id' }, {}, { user: { id: 7 } }, '7'],
    [{ from: 'json', name: '$.user.id' }, {}, { user: {} }, null],
    [{ from: 'json', name: '$.user' }, {}, { user: { id: 7 } }, null],
    [{ from: 'json', name: '$.a[0]' }, {}, undefined, null],
    [{ from: 'json', name: 'no path' }, {}, { '\0': 'x' }, null],
  ])('%j of %j and %j is %j', (source, headers, body, unit) => {
    expect(read(source, headers, body)).toBe(unit);
  });

  it('is short, and the same wherever it is named', () => {
    const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
    const sane = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 3_000 })
      .filter((text) => !/[;"\s,\p{Cc}]/u.test(text));
    fc.assert(
      fc.property(sane, (unit) => {
        const inJson = read({ from: 'json', name: '$.a' }, {}, { a: unit });
        expect(read({ from: 'header', name: 'x' }, { x: latin1(unit) }, {})).toBe(inJson);
        expect(read({ from: 'cookie', name: 'c' }, { cookie: `b=1; c=${latin1(unit)}` }, {})).toBe(inJson);
        expect([unitName(unit), (inJson ?? '').length <= LONGEST_UNIT]).toEqual([inJson, true]);
      }),
    );
  });

  it('has no blanks around it, however it is named: none that a header could not carry', () => {
    const blanks = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r', '\f', '\v'), maxLength: 4 });
    const name = fc
      .string({ unit: 'grapheme', maxLength: 1_500 })
      .filter((text) => !/[;",\p{Cc}]/u.test(text) && !/^ | $/.test(text));
    fc.assert(
      fc.property(name, blanks, blanks, (unit, before, after) => {
        const written = `${before}${unit}${after}`;
        const named = unitName(unit);
        expect(unitName(written)).toBe(named);
        expect(read({ from: 'json', name: '$.a' }, {}, { a: written })).toBe(named === '' ? null : named);
        const listed = freezeSegment({ from: 'units', units: [written] });
        const isIn = (one: string): boolean =>
          isInSegment(listed, { unit: one, header: () => undefined, json: () => undefined });
        expect([isIn(unit), isIn(named), isIn(written)]).toEqual([true, true, true]);
        const byPath = freezeSegment({ from: 'json', name: '$.a', values: [unit] });
        expect(isInSegment(byPath, { unit: '', header: () => undefined, json: () => ({ a: written }) })).toBe(
          true,
        );
      }),
    );
  });

  it('costs what its length says, whatever blanks are in it', () => {
    // Looked at from each blank of a row anew, these would take minutes.
    const rows = ' '.repeat(200_000);
    const header = { cookie: `sid=a${rows}b; c=1` };
    expect(read({ from: 'cookie', name: 'sid' }, header)).toBe(unitName(`a${rows}b`));
    expect(read({ from: 'cookie', name: 'c' }, { cookie: `a${rows}b=2; c=1` })).toBe('1');
    const staff = freezeSegment({ from: 'header', name: 'team', values: ['staff'] });
    const says = { unit: '', header: () => `a${rows}b, staff`, json: () => undefined };
    expect(isInSegment(staff, says)).toBe(true);
  });

  it('tells long units apart, which begin and end alike', () => {
    const session = (n: number): string => `${'a'.repeat(800)}${n}${'b'.repeat(800)}`;
    expect(new Set(Array.from({ length: 1_000 }, (_, n) => unitName(session(n)))).size).toBe(1_000);
    // For clients that work out arms by themselves.
    expect(unitName('a'.repeat(1_001))).toBe('long:a48d84258f9f90bd5f0fad07f91986ff:1001');
  });

  it('is short text or nothing, whatever is sent', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.jsonValue(),
        fc.constantFrom('header', 'cookie', 'json'),
        (text, body, from) => {
          const unit = read(
            { from, name: from === 'json' ? '$.a' : 'cookie' },
            { cookie: text },
            { a: body },
          );
          expect(unit === null || (unit.length > 0 && unit.length <= 1_000)).toBe(true);
        },
      ),
    );
  });
});

it.each([
  ['POST', true, true],
  ['POST', false, false],
  ['PATCH', false, false],
  ['GET', false, true],
  ['PUT', false, true],
  ['PURGE', false, false],
])('%s is repeatable where the model says %j: %j', (method, repeatable, is) => {
  expect(isRepeatable({ unit: { from: 'header', name: 'x' }, repeatable }, method)).toBe(is);
});
