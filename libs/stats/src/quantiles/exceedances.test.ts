import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { besideExceedances, coarseBucket, mergeBlocks, noData, sketchOf } from '../index.ts';
import { exceedances, type TimedArm } from './exceedances.ts';

/** Times of an arm, by second. */
function armOf(seconds: readonly (readonly number[])[]): TimedArm {
  const blocks = Object.fromEntries(
    seconds.map((times, second) => {
      const counts: Record<string, number> = {};
      for (const time of times)
        counts[String(coarseBucket(time))] = (counts[String(coarseBucket(time))] ?? 0) + 1;
      return [`t0.${1_000 + second}`, counts] as const;
    }),
  );
  return { sketch: sketchOf(seconds.flat()), blocks };
}
const times = fc.array(fc.double({ min: 1, max: 1_000, noNaN: true }), { minLength: 20, maxLength: 20 });
const stream = fc.array(times, { minLength: 4, maxLength: 6 });
const MARGIN = { ratio: 1.25 };

describe('what is longer than was usual just before', () => {
  it('the threshold of a slice knows nothing of its own values, nor of later ones', () => {
    fc.assert(
      fc.property(stream, times, (seconds, last) => {
        const slicesOf = (own: typeof seconds) =>
          [...exceedances(armOf(own), armOf(own), 0.5, MARGIN, 'above').slices[1]].slice(0, -1);
        // The same values stay in their buckets: only how often changes.
        const other = [...seconds.slice(0, -1), [...last.slice(0, 1), ...(seconds.at(-1) ?? []).slice(1)]];
        const [one, two] = [slicesOf(seconds), slicesOf(other)];
        expect(one.map(([name, { n }]) => [name, n])).toEqual(two.map(([name, { n }]) => [name, n]));
        one.forEach(([, { sum }], i) =>
          expect(Math.abs(sum - (two[i]?.[1].sum ?? 0))).toBeLessThanOrEqual(2),
        );
      }),
    );
  });

  it('of arms that are alike the candidate has never more, and at the margin no fewer, whatever load both share', () => {
    const load = fc.array(fc.double({ min: 0.2, max: 5, noNaN: true }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(times, load, (usual, factors) => {
        const primary = factors.map((factor) => usual.map((time) => time * factor));
        const slower = (by: number) => primary.map((second) => second.map((time) => time * by));
        const shares = (by: number, side: 'above' | 'below') => {
          const { candidate: c, primary: p } = exceedances(
            armOf(slower(by)),
            armOf(primary),
            0.9,
            MARGIN,
            side,
          );
          return [c.successes / c.trials, p.successes / p.trials] as const;
        };
        const [alike, others] = shares(1, 'above');
        expect(alike).toBeLessThanOrEqual(others + 1e-9);
        const [atMargin, same] = shares(1.3, 'below');
        expect(atMargin).toBeGreaterThanOrEqual(same - 0.05);
      }),
    );
  });

  it('does not depend on the order in which gateways are added up', () => {
    fc.assert(
      fc.property(stream, stream, (one, other) => {
        const [a, b] = [armOf(one), armOf(other)];
        const sum = (parts: readonly TimedArm[]) => ({
          sketch: sketchOf([...one.flat(), ...other.flat()]),
          blocks: mergeBlocks(parts.map(({ blocks }) => blocks)),
        });
        const seen = (arm: TimedArm) => exceedances(arm, arm, 0.9, MARGIN, 'above').primary;
        const [first, second] = [seen(sum([a, b])), seen(sum([b, a]))];
        expect(first.trials).toBe(second.trials);
        expect(first.successes).toBeCloseTo(second.successes, 9);
      }),
    );
  });

  it.each([
    [5, 'undecided'],
    [20, 'fail'],
  ] as const)(
    'by %d slices a candidate ten times as slow is judged %s: fewer may be one pause',
    (n, word) => {
      const seconds = (times: number) =>
        Array.from({ length: n }, () => Array.from({ length: 40 }, (_, i) => times * (20 + i)));
      const judged = { ...noData('ranks: none', {}), verdict: 'undecided' } as const;
      const asked = { q: 0.95, margin: MARGIN, ratio: 1 };
      const budget = { harm: 0.01, safety: 0.05 };
      const [candidate, primary] = [armOf(seconds(10)), armOf(seconds(1))];
      expect(besideExceedances(judged, candidate, primary, asked, budget).verdict).toBe(word);
    },
  );

  it('says nothing before it is known what is usual', () => {
    expect(exceedances(armOf([[1, 2]]), armOf([[1, 2]]), 0.95, MARGIN, 'above').candidate.trials).toBe(0);
  });
});
