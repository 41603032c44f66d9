import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isRepeatable, LONGEST_UNIT, type UnitSource, unitName, unitOf } from '../index.ts';

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
