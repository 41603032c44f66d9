import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addValue,
  deflatePairs,
  lnDifferenceEvidence,
  lnPairedEvidence,
  mergeMoments,
  momentsOf,
  NO_MOMENTS,
  pairedFailures,
  type PairedFailures,
} from '../index.ts';

const LIMITS = { harm: Math.log(1 / 0.018), safety: Math.log(20) };

/** The first look, every twenty copies, at which pairs of these shares are decided, as they come evenly. */
function decidedAt(
  { onlyCandidate, onlyPrimary, both }: Omit<PairedFailures, 'pairs'>,
  way: 'pairs' | 'arms',
): number {
  for (let n = 20; n <= 40_000; n += 20) {
    const paired = deflatePairs(
      { onlyCandidate: onlyCandidate * n, onlyPrimary: onlyPrimary * n, both: both * n, pairs: n },
      1,
    );
    const arms = {
      candidate: { successes: paired.onlyCandidate + paired.both, trials: n },
      primary: { successes: paired.onlyPrimary + paired.both, trials: n },
      ratio: 1,
      ...(way === 'pairs' && { paired }),
    };
    if (lnDifferenceEvidence(arms, 0.01, 'above') >= LIMITS.harm) return n;
    if (lnDifferenceEvidence(arms, 0.01, 'below') >= LIMITS.safety) return n;
  }
  return Infinity;
}

describe('copies that both versions failed on', () => {
  it.each([
    ['alike', { onlyCandidate: 0, onlyPrimary: 0 }, 460],
    ['nearly alike', { onlyCandidate: 0.002, onlyPrimary: 0.002 }, 720],
    ['five points worse', { onlyCandidate: 0.05, onlyPrimary: 0.005 }, 400],
  ])('cost nothing: %s', (_name, apart, most) => {
    const [none, many] = [0, 0.2].map((both) => decidedAt({ ...apart, both }, 'pairs'));
    expect(many).toBe(none);
    expect(many).toBeLessThanOrEqual(most);
    // By arms it takes ten times as many.
    expect(decidedAt({ ...apart, both: 0.2 }, 'arms')).toBeGreaterThan(10 * (many ?? Infinity));
  });
});

it('no pair can end a bet, and more pairs that only the candidate failed on are never less harm', () => {
  const cell = fc.integer({ min: 0, max: 5_000 });
  fc.assert(
    fc.property(
      fc.record({ onlyCandidate: cell, onlyPrimary: cell, both: cell, neither: cell }),
      fc.constantFrom(0.01, -0.02, 0.2),
      ({ neither, ...cells }, margin) => {
        const pairs = cells.onlyCandidate + cells.onlyPrimary + cells.both + neither;
        const more = { ...cells, onlyCandidate: cells.onlyCandidate + 1, pairs: pairs + 1 };
        const [now, then] = [{ ...cells, pairs }, more].map((one) => lnPairedEvidence(one, margin, 'above'));
        expect(Number.isFinite(now)).toBe(true);
        expect(then).toBeGreaterThan(now ?? Infinity);
      },
    ),
  );
});

it('the four kinds of pairs are found again in the sums, in whatever parts they were sent', () => {
  const pair = fc.record({ candidate: fc.boolean(), primary: fc.boolean() });
  fc.assert(
    fc.property(fc.array(fc.array(pair, { maxLength: 60 }), { maxLength: 12 }), (batches) => {
      const sums = (value: (one: { candidate: boolean; primary: boolean }) => number) =>
        mergeMoments(batches.map((batch) => momentsOf(batch.map(value))));
      const apart = sums(({ candidate, primary }) => Number(candidate) - Number(primary));
      const all = batches.flat();
      const count = (candidate: boolean, primary: boolean): number =>
        all.filter((one) => one.candidate === candidate && one.primary === primary).length;
      expect(
        pairedFailures(
          apart,
          sums(({ primary }) => Number(primary)),
        ),
      ).toEqual({
        onlyCandidate: count(true, false),
        onlyPrimary: count(false, true),
        both: count(true, true),
        pairs: all.length,
      });
    }),
  );
  // As many as a busy model has in a week.
  const many = { n: 4e9, mean: 0.001, m2: 4e9 * (0.003 - 1e-6) };
  const failed = { n: 4e9, mean: 0.05, m2: 4e9 * 0.0475 };
  const cells = { onlyCandidate: 8e6, onlyPrimary: 4e6, both: 196e6, pairs: 4e9 };
  expect(pairedFailures(many, failed)).toEqual(cells);
  const oneMore = pairedFailures(addValue(many, 1), addValue(failed, 0));
  expect(oneMore).toEqual({ ...cells, onlyCandidate: 8e6 + 1, pairs: 4e9 + 1 });
  expect(pairedFailures(NO_MOMENTS, NO_MOMENTS).pairs).toBe(0);
});
