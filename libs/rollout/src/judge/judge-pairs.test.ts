import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EMPTY_TALLY, MEASURE, mergeTallies, momentsOf, sketchOf, type Tally } from '#libs/stats';
import { judgeGates, NO_STEP_EVIDENCE, parsePolicy, type GateVerdict } from '../index.ts';

interface Cells {
  readonly onlyCandidate: number;
  readonly onlyPrimary: number;
  readonly both: number;
  readonly neither: number;
}
const times = (n: number, value: number): number[] => Array<number>(n).fill(value);

/** What gateways send of so many copies; those of before do not say how both failed on each. */
function copies({ onlyCandidate, onlyPrimary, both, neither }: Cells, isOld = false): Tally {
  const requests = onlyCandidate + onlyPrimary + both + neither;
  const primary = [...times(onlyPrimary + both, 1), ...times(onlyCandidate + neither, 0)];
  const apart = [...times(onlyCandidate, 1), ...times(onlyPrimary, -1), ...times(both + neither, 0)];
  return {
    ...{ ...EMPTY_TALLY, requests, errors: onlyCandidate + both, latency: sketchOf(times(requests, 20)) },
    measures: {
      [MEASURE.primaryFailed]: momentsOf(primary),
      ...(isOld ? {} : { [MEASURE.failedApart]: momentsOf(apart) }),
    },
  };
}

function judged(shadow: Tally): GateVerdict {
  const policy = parsePolicy({
    name: 'pairs',
    steps: [{ shadow: { sample: '100%', minRequests: 10, maxDuration: '1h' } }],
    gates: [{ metric: 'error_rate', maxIncrease: 0.01 }],
  });
  const [verdict] = judgeGates(policy, 0, { 0: { ...NO_STEP_EVIDENCE, shadow } }, Infinity);
  if (!verdict) throw new Error('no verdict');
  return verdict;
}

it('a fifth of the requests fails both versions: what they fail on apart is all that counts', () => {
  const alike = { onlyCandidate: 1, onlyPrimary: 1, both: 160, neither: 638 };
  const verdict = judged(copies(alike));
  expect(verdict.verdict).toBe('pass');
  expect(verdict.counts).toMatchObject({ onlyCandidateBad: 1, onlyPrimaryBad: 1, bothBad: 160 });
  expect(verdict.because).toContain('1 times only the candidate, 1 times only the primary, 160 times both');
  expect(judged(copies({ ...alike, onlyCandidate: 60, neither: 579 })).verdict).toBe('fail');
});

it('copies of one unit that only the candidate fails on are one finding, those of many are many', () => {
  const cells = { onlyCandidate: 60, onlyPrimary: 0, both: 0, neither: 740 };
  /** 25 copies of each of 32 groups; how many of them failed. */
  const by = (failed: (group: number) => number): Tally => ({
    ...copies(cells),
    blocks: {
      [MEASURE.failedApart]: Object.fromEntries(
        Array.from({ length: 32 }, (_, g) => [`u${g}`, { n: 25, sum: failed(g) }]),
      ),
    },
  });
  expect(judged(by((g) => (g < 28 ? 2 : 1))).verdict).toBe('fail');
  expect(judged(by((g) => (g === 0 ? 25 : g === 1 ? 25 : g === 2 ? 10 : 0))).verdict).toBe('undecided');
});

it('gateways of before count each version by itself, and so are all judged where one of them takes part', () => {
  const cells = { onlyCandidate: 1, onlyPrimary: 1, both: 160, neither: 638 };
  const old = judged(copies(cells, true));
  expect(old.verdict).toBe('undecided');
  expect(judged(mergeTallies([copies(cells), copies(cells, true)])).counts).not.toHaveProperty('bothBad');
  expect(judged(mergeTallies([copies(cells), copies(cells)])).counts).toMatchObject({ bothBad: 320 });
});

it('what fails both decides nothing, however often it does', () => {
  const few = fc.integer({ min: 0, max: 60 });
  fc.assert(
    fc.property(few, few, fc.integer({ min: 0, max: 3_000 }), fc.nat(3_000), (c, p, alike, both) => {
      const shared = Math.min(alike, both);
      const as = (n: number) =>
        judged(copies({ onlyCandidate: c, onlyPrimary: p, both: n, neither: alike - n }));
      expect([as(shared).verdict, as(shared).evidence]).toEqual([as(0).verdict, as(0).evidence]);
    }),
    { numRuns: 60 },
  );
});
