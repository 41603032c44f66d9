import { describe, expect, it } from '@jest/globals';
import { EMPTY_TALLY, HISTOGRAM, sketchOf, type Tally } from '#libs/stats';
import { judgeGates, NO_STEP_EVIDENCE, parsePolicy, planOf, type GateVerdict } from '../index.ts';

/** Requests of 3,200 units, alike in all groups. */
const tally = (requests: number, errors: number): Tally => ({
  ...{ ...EMPTY_TALLY, requests, errors, latency: sketchOf([20]) },
  histograms: {
    [HISTOGRAM.unitRequests]: Object.fromEntries(Array.from({ length: 32 }, (_, g) => [g, requests / 32])),
    [HISTOGRAM.unitErrors]: Object.fromEntries(Array.from({ length: 32 }, (_, g) => [g, errors / 32])),
  },
  units: Array.from({ length: 64 }, (_, i) => i * 1_000),
});
const policy = (maxIncrease: unknown, weight = '50%') =>
  parsePolicy({
    name: 'both',
    steps: [
      { canary: { weight: '10%', minRequests: 10, maxDuration: '1h' } },
      { canary: { weight, minRequests: 10, maxDuration: '1h' } },
    ],
    gates: [{ metric: 'error_rate', maxIncrease }],
  });
const both = { points: 0.01, ratio: 5 };

function judged(
  maxIncrease: unknown,
  candidateErrors: number,
  primaryErrors: number,
  weight?: string,
): GateVerdict {
  const before = { ...NO_STEP_EVIDENCE, candidate: tally(320, 0), primary: tally(3_200, 0) };
  const now = {
    ...NO_STEP_EVIDENCE,
    candidate: tally(12_800, candidateErrors),
    primary: tally(12_800, primaryErrors),
  };
  const [verdict] = judgeGates(policy(maxIncrease, weight), 1, { 0: before, 1: now }, Infinity);
  if (!verdict) throw new Error('no verdict');
  return verdict;
}

describe('error_rate of a point and five times', () => {
  it('fails what is within a point and many times the primary', () => {
    expect(judged(0.01, 64, 0).verdict).toBe('pass');
    const verdict = judged(both, 64, 0);
    expect([verdict.verdict, verdict.onFail, verdict.margin]).toEqual(['fail', 'rollback', 0.01]);
    expect(verdict.because).toContain('more than the 5 times as many that are allowed (64 bad ones of the');
  });

  it.each([
    ['as often', 32, 32],
    ['four times as often', 64, 16],
    ['never, nor the primary', 0, 0],
  ])('passes what fails %s', (_name, candidate, primary) => {
    expect(judged(both, candidate, primary).verdict).toBe('pass');
  });

  it('waits where it looks many times as bad and neither is proven', () => {
    const verdict = judged(both, 8, 0);
    expect([verdict.verdict, verdict.because]).toEqual([
      'undecided',
      expect.stringContaining('not decided yet'),
    ]);
  });

  it('judges a canary of everybody by the points alone: there are no two arms over the same seconds', () => {
    expect(judged(both, 64, 0, '100%').verdict).toBe('pass');
  });

  it('says both in the plan', () => {
    expect(JSON.stringify(planOf(policy(both)))).toContain(
      'at most 1.00 points more failures than the primary, and from ten on at most 5 times as many',
    );
  });
});
