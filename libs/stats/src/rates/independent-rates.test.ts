import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  independentRates,
  outlyingGroups,
  totalOf,
  UNIT_GROUPS,
  type Bins,
  type UnitCounts,
} from '../index.ts';
import { seededRandom } from '../seeded-random.fixture.ts';

const arm = (requests: Bins, bad: Bins): UnitCounts => ({
  rate: { successes: totalOf(bad), trials: totalOf(requests) },
  requests,
  bad,
});
const binsOf = (counts: readonly number[]): Bins =>
  Object.fromEntries(counts.map((count, g) => [String(g), count]));
const evenly = (each: number): Bins =>
  Object.fromEntries(Array.from({ length: UNIT_GROUPS }, (_, g) => [String(g), each]));

/** Sessions of 20 requests each, a tenth of which fail as a whole, by the group of their unit. */
function sessions(count: number, random: () => number): UnitCounts {
  const [requests, bad] = [{}, {}] as [Record<string, number>, Record<string, number>];
  for (let i = 0; i < count; i++) {
    const group = String(Math.floor(random() * UNIT_GROUPS));
    requests[group] = (requests[group] ?? 0) + 20;
    if (random() < 0.1) bad[group] = (bad[group] ?? 0) + 20;
  }
  return arm(requests, bad);
}

describe('what goes together by unit and in time', () => {
  it('adds up: a session in one group and one second is not one of its square', () => {
    const [candidate, primary] = [sessions(600, seededRandom(1)), sessions(600, seededRandom(2))];
    const byUnits = independentRates(candidate, primary).safety.effect;
    const both = independentRates(candidate, primary, 20).safety;
    expect(byUnits).toBeGreaterThan(10);
    expect(both.effect).toBeCloseTo(byUnits + 19);
    expect(both.candidate.trials).toBeCloseTo(candidate.rate.trials / both.effect);
  });

  it('whatever is counted, an arm weighs between one request and all of them, and its rate stays', () => {
    const bins = fc.array(fc.nat(50), { minLength: UNIT_GROUPS, maxLength: UNIT_GROUPS });
    const anyArm = fc
      .tuple(bins, bins)
      .map(([good, bad]) => arm(binsOf(good.map((n, g) => n + (bad[g] ?? 0))), binsOf(bad)));
    fc.assert(
      fc.property(anyArm, anyArm, fc.double({ min: 1, max: 1e4, noNaN: true }), (c, p, inTime) => {
        fc.pre(c.rate.trials > 0 && p.rate.trials > 0);
        const { safety, harm } = independentRates(c, p, inTime);
        for (const { effect } of [safety, harm]) expect(effect).toBeGreaterThanOrEqual(1);
        for (const [was, is] of [
          [c, safety.candidate],
          [p, safety.primary],
        ] as const) {
          expect(is.trials).toBeGreaterThanOrEqual(1 - 1e-9);
          expect(is.trials).toBeLessThanOrEqual(was.rate.trials);
          expect(is.successes / is.trials).toBeCloseTo(was.rate.successes / was.rate.trials);
        }
      }),
    );
  });
});

describe('groups that stand out', () => {
  it('are none where sessions fail as a whole in all of them', () => {
    for (let seed = 1; seed <= 20; seed++)
      expect(outlyingGroups(sessions(4_000, seededRandom(seed)).bad)).toEqual([]);
  });

  it('are the ones of busy units, also among sessions that fail as a whole', () => {
    expect(outlyingGroups({ ...evenly(10), '7': 300 })).toEqual(['7']);
    const { bad } = sessions(4_000, seededRandom(3));
    expect(outlyingGroups({ ...bad, '9': (bad['9'] ?? 0) + 5_000 })).toEqual(['9']);
  });
});
