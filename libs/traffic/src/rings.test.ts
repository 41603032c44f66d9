import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  bucketOf,
  byUnit,
  type CallerSegment,
  chooseArm,
  dealArm,
  dealUnit,
  freezeSegment,
  isInSegment,
  isListed,
  Payload,
  type Ring,
  type RouteCandidate,
  unitHash,
  unitName,
} from './index.ts';

describe('a number at a path', () => {
  const isIn = (values: readonly string[], body: unknown): boolean =>
    isInSegment(
      { from: 'json', name: '$.plan', values },
      { unit: 'u', header: () => undefined, json: () => body },
    );
  const spellings = (value: number): readonly string[] => [
    JSON.stringify(value),
    value.toExponential(),
    value.toExponential().toUpperCase().replace('E+', 'E'),
    ...(Number.isInteger(value) ? [`${String(BigInt(value))}`, `${String(BigInt(value))}.0`] : []),
  ];

  it('is in a segment that has it, however the two are written; a text that looks like it is not', () => {
    const numbers = fc.oneof(
      // Integers beyond these are told apart by all their digits, of which an exponent has fewer.
      fc
        .double({ noNaN: true, noDefaultInfinity: true })
        .filter((one) => !Number.isInteger(one) || Number.isSafeInteger(one)),
      fc.maxSafeInteger(),
      fc.constantFrom(1e21, 1e22, -0, 0, 1, -1.5, 2 ** 53, 1e-7),
    );
    fc.assert(
      fc.property(numbers, numbers, (value, other) => {
        for (const said of spellings(value))
          for (const sent of spellings(value))
            expect([said, sent, isIn([said], new Payload(`{"plan":${sent}}`).value)]).toEqual([
              said,
              sent,
              true,
            ]);
        if (value !== other) expect(isIn(spellings(other), { plan: value })).toBe(false);
        expect(isIn(spellings(value), { plan: `${String(value)} items` })).toBe(false);
      }),
    );
  });

  it('is none where a text is meant', () => {
    expect(isIn(['1.0'], { plan: '1.0' })).toBe(true);
    expect(isIn(['1.0'], { plan: '1' })).toBe(false);
    expect(isIn(['1.0'], { plan: true })).toBe(false);
    expect(isIn(['null', '[1]'], { plan: null })).toBe(false);
    expect(isIn(['01', '1.', '+1', '0x1', ' 1', 'Infinity'], { plan: 1 })).toBe(false);
  });
});

const unit = fc.string({ minLength: 1, maxLength: 20 });
const share = fc.nat(10_000);
const names = ['staff', 'pilots', 'beta'] as const;
const header: Ring['rule'] = { from: 'header', name: 'x-team', values: ['a'] };
const ring = (segment: string, of: number, judged: boolean): Ring => ({
  ...{ segment, share: of, judged, rule: header },
});
const candidate = (weight: number, rings: readonly Ring[], heldBack = false): RouteCandidate => ({
  ...{ version: 2, url: 'http://c', mode: 'canary', weight, rings },
  ...(heldBack ? { heldBack } : {}),
});
const inAnyOf =
  (mine: readonly string[]) =>
  ({ segment }: Ring): boolean =>
    mine.includes(segment);

/** A rollout's way: shares of the rings, one after the other, then of everybody. */
const way = fc.record({
  rings: fc.array(fc.tuple(fc.constantFrom(...names), share), { maxLength: 3 }),
  everybody: fc.array(share, { maxLength: 3 }).map((all) => all.sort((a, b) => a - b)),
});

/** Routes of such a way, as the engine makes them. */
function routes({ rings, everybody }: { rings: [string, number][]; everybody: number[] }): RouteCandidate[] {
  const had = new Map<string, number>();
  const made: RouteCandidate[] = [];
  for (const [segment, of] of rings) {
    had.set(segment, Math.max(of, had.get(segment) ?? 0));
    made.push(
      candidate(
        0,
        [...had].map(([name, most]) => ring(name, most, name === segment)),
      ),
    );
  }
  for (const weight of everybody)
    made.push(
      candidate(
        weight,
        [...had].map(([name, most]) => ring(name, most, false)),
      ),
    );
  return made;
}

describe('rings', () => {
  it('keep a unit on the candidate once it has it, through rings, shares of everybody and the bake', () => {
    fc.assert(
      fc.property(way, unit, fc.subarray([...names]), share, (steps, one, mine, held) => {
        const all = routes(steps);
        const last = all.at(-1);
        let had = false;
        for (const step of all) {
          const { arm } = dealArm({ candidate: step }, unitHash('s', one), inAnyOf(mine));
          if (had) expect(arm).toBe('candidate');
          had ||= arm === 'candidate';
        }
        const room = 10_000 - (last?.weight ?? 0);
        const bake = candidate(Math.min(held, room), last?.rings ?? [], true);
        const { arm } = dealArm({ candidate: bake }, unitHash('s', one), inAnyOf(mine));
        // In a bake the candidate is the version before.
        if (had) expect(arm).toBe('primary');
      }),
    );
  });

  it('give nobody outside of them the candidate, and take nobody outside as evidence, while they are on trial', () => {
    fc.assert(
      fc.property(way, unit, (steps, one) => {
        for (const step of routes({ ...steps, everybody: [] }))
          expect(dealArm({ candidate: step }, unitHash('s', one), () => false)).toEqual({
            ...{ arm: 'primary', isJudged: false },
          });
      }),
    );
  });

  it('compare units by lot alone: of those that count, the place on the wheel decides, and nothing else', () => {
    fc.assert(
      fc.property(way, unit, fc.subarray([...names]), (steps, one, mine) => {
        for (const step of routes(steps)) {
          const { arm, isJudged } = dealArm({ candidate: step }, unitHash('s', one), inAnyOf(mine));
          if (!isJudged) continue;
          const onTrial = step.rings?.find(({ judged }) => judged)?.share ?? step.weight;
          expect(arm === 'candidate').toBe(bucketOf('s', one) < onTrial);
        }
      }),
    );
  });

  it('of everybody in a ring at 100 % all have the candidate; without rings all is as it was', () => {
    fc.assert(
      fc.property(unit, share, (one, weight) => {
        const all = candidate(0, [ring('staff', 10_000, true)]);
        expect(dealArm({ candidate: all }, unitHash('s', one), () => true)).toEqual({
          ...{ arm: 'candidate', isJudged: true },
        });
        const { rings: _, ...without } = candidate(weight, []);
        const plain = { salt: 's', candidate: without };
        expect(chooseArm({ salt: 's', candidate: candidate(weight, []) }, one)).toBe(chooseArm(plain, one));
        expect(dealUnit(plain, one)).toEqual({ arm: chooseArm(plain, one), isJudged: true });
      }),
    );
  });

  it('by a header say nothing of a unit alone, by a list they do', () => {
    const listed = freezeSegment({ from: 'units', units: ['ann'] });
    const of = (rule: Ring['rule']) => ({
      salt: 's',
      candidate: candidate(0, [{ ...ring('staff', 10_000, true), rule }]),
    });
    expect(dealUnit(of(header), 'ann')).toBeNull();
    expect(dealUnit(of(listed), 'ann')).toEqual({ arm: 'candidate', isJudged: true });
    expect(dealUnit(of(listed), 'bob')).toEqual({ arm: 'primary', isJudged: false });
    expect(chooseArm(of(listed), 'ann', byUnit('ann'))).toBe('candidate');
  });
});

describe('a segment', () => {
  const places = (more: { unit?: string; headers?: Record<string, string>; body?: unknown }) => ({
    unit: more.unit ?? 'u',
    header: (name: string): unknown => more.headers?.[name],
    json: () => more.body,
  });
  const isIn = (segment: CallerSegment, more: Parameters<typeof places>[0]): boolean =>
    isInSegment(freezeSegment(segment), places(more));

  it('of units holds those that are listed and no others, however long they are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(unit, fc.string({ minLength: 990, maxLength: 1_100 }))),
        unit,
        (units, other) => {
          const frozen = freezeSegment({ from: 'units', units });
          // Gateways call a unit by its name.
          for (const one of units) {
            expect(isInSegment(frozen, places({ unit: unitName(one) }))).toBe(true);
            expect(frozen.from === 'units' && isListed(frozen.digests, one)).toBe(true);
          }
          expect(isInSegment(frozen, places({ unit: other }))).toBe(units.includes(other));
        },
      ),
    );
  });

  it('of a header is whoever says one of its values, alone or in a list', () => {
    const staff: CallerSegment = { from: 'header', name: 'X-Team', values: ['staff', 'zoë'] };
    const said = (value: string): boolean => isIn(staff, { headers: { 'x-team': value } });
    expect(['staff', ' staff ', 'sales, staff', Buffer.from('zoë').toString('latin1')].map(said)).toEqual([
      ...[true, true, true, true],
    ]);
    expect(['', 'Staff', 'staffing', 'sta,ff'].map(said)).toEqual([false, false, false, false]);
    expect(isIn(staff, {})).toBe(false);
  });

  it('of a place in the body is whoever has one of its values there, also in an array', () => {
    const beta: CallerSegment = { from: 'json', name: '$.user.plan', values: ['beta', '7', 'true'] };
    const said = (plan: unknown): boolean => isIn(beta, { body: { user: { plan } } });
    expect(['beta', 7, true, ['free', 'beta'], 7n].map(said)).toEqual([true, true, true, true, true]);
    expect(['', null, 'Beta', {}, [['beta']], undefined].map(said)).toEqual(Array(6).fill(false));
    expect(isIn(beta, { body: undefined })).toBe(false);
  });
});
