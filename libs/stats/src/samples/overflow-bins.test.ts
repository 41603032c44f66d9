import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judgeDrift, totalOf, type Bins } from './drift.ts';
import { alike, OVERFLOW_BINS, overflowBin, peersName } from './overflow-bins.ts';
import { seededRandom } from '../seeded-random.fixture.ts';
import { boundTally, EMPTY_TALLY, mergeTallies, type Tally } from '../tally.ts';

const ROOM = 48;
const KEPT = 200;

/** As gateways and the store do it: each second the first names have room, and of all seconds together the first again. */
function kept(seconds: readonly (readonly string[])[]): Bins {
  const sum = seconds.reduce<Tally>((known, names) => {
    const bins = new Map<string, number>();
    for (const name of names) {
      const bin = bins.has(name) || bins.size < ROOM ? name : overflowBin(name);
      bins.set(bin, (bins.get(bin) ?? 0) + 1);
    }
    const tally = { ...EMPTY_TALLY, histograms: { output: Object.fromEntries(bins) } };
    return boundTally(known, mergeTallies([known, tally]), { names: 10, bins: KEPT, overflow: overflowBin });
  }, EMPTY_TALLY);
  return sum.histograms['output'] ?? {};
}

describe('names that find no room', () => {
  it('count where they always count, so that the same names in another order and pace make the same histogram', () => {
    const name = fc.integer({ min: 0, max: 600 }).map((n) => `label ${n}`);
    fc.assert(
      fc.property(fc.array(name, { minLength: 300, maxLength: 900 }), fc.integer(), (names, seed) => {
        const random = seededRandom(seed);
        const cut = (all: readonly string[], by: number): string[][] =>
          Array.from({ length: Math.ceil(all.length / by) }, (_, i) => all.slice(i * by, (i + 1) * by));
        const shuffled = [...names].sort(() => random() - 0.5);
        // An arm with a tenth of the traffic never fills its room.
        const slow = kept(cut(names, 20));
        const quick = kept(cut(shuffled, 400));
        expect(totalOf(slow)).toBe(names.length);
        const { one, other, isFolded } = alike(slow, quick);
        expect(one).toEqual(other);
        if (isFolded) expect(Object.keys(one).length).toBeLessThanOrEqual(OVERFLOW_BINS);
      }),
      { numRuns: 50 },
    );
  });

  it('are bounded in number, and none of a peer is one of them', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.nat().map((n) => `(other ${n})`),
        ),
        (name) => {
          expect(overflowBin(name)).toMatch(/^\(other (\d|1[0-5])\)$/);
          expect(overflowBin(overflowBin(name))).toBe(overflowBin(name));
          expect(peersName(name)).not.toMatch(/^\(other \d+\)$/);
        },
      ),
    );
  });

  it('are no drift between two arms that say the same two thousand labels', () => {
    const random = seededRandom(5);
    const second = (n: number): string[] =>
      Array.from({ length: n }, () => `label ${Math.floor(2_000 * random() ** 3)}`);
    const candidate = kept(Array.from({ length: 300 }, () => second(20)));
    const primary = kept(Array.from({ length: 300 }, () => second(180)));
    const what = { trial: 'a', reference: 'b', fixed: false };
    expect(judgeDrift(candidate, primary, 0.25, { harm: 0.01, safety: 0.05 }, what).verdict).toBe('pass');
    // The same in quantity, but every second answer is one label.
    const constant = kept(
      Array.from({ length: 300 }, () => second(20).map((label, i) => (i % 2 ? label : 'label 1999'))),
    );
    expect(judgeDrift(constant, primary, 0.25, { harm: 0.01, safety: 0.05 }, what).verdict).toBe('fail');
  });
});
