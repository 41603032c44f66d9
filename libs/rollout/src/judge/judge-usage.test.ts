import { describe, expect, it } from '@jest/globals';
import { addValue, EMPTY_TALLY, MEASURE, NO_MOMENTS, type Moments, type Tally } from '#libs/stats';
import { judgeUsage } from './judge-usage.ts';
import type { TokenMargin } from '../policy/gates/gates.ts';

const BUDGET = { harm: 0.01, safety: 0.05 };
/** A thousand answers of so many tokens, more or less. */
const answers = (mean: number): Tally => ({
  ...EMPTY_TALLY,
  requests: 1_000,
  measures: {
    [MEASURE.outputTokens]: Array.from(
      { length: 1_000 },
      (_, i) => mean * (0.8 + (i % 9) / 20),
    ).reduce<Moments>(addValue, NO_MOMENTS),
  },
});

it.each<[TokenMargin, number, number, string]>([
  [{ worse: 'higher', by: 20 }, 150, 100, 'fail'],
  [{ worse: 'higher', by: 20 }, 101, 100, 'pass'],
  [{ worse: 'higher', by: 20 }, 50, 100, 'pass'],
  [{ worse: 'higher', ratio: 1.2 }, 150, 100, 'fail'],
  [{ worse: 'higher', ratio: 1.2 }, 105, 100, 'pass'],
  [{ worse: 'lower', by: 20 }, 70, 100, 'fail'],
  [{ worse: 'lower', by: 20 }, 150, 100, 'pass'],
  [{ worse: 'lower', ratio: 0.8 }, 70, 100, 'fail'],
  [{ worse: 'lower', ratio: 0.8 }, 95, 100, 'pass'],
])('%j: %d tokens against %d: %s', (margin, candidate, primary, verdict) => {
  expect(
    judgeUsage(
      { metric: 'output_tokens_mean', margin },
      { trial: answers(candidate), baseline: answers(primary) },
      BUDGET,
    ).verdict,
  ).toBe(verdict);
});

it('says why there is nothing to judge', () => {
  const none = { ...EMPTY_TALLY, requests: 10 };
  expect(
    judgeUsage(
      { metric: 'output_tokens_mean', margin: { worse: 'lower', by: 1 } },
      { trial: none, baseline: answers(9) },
      BUDGET,
    ),
  ).toMatchObject({
    verdict: 'no_data',
    because: expect.stringContaining('candidate'),
  });
});

describe('cost_mean', () => {
  /** A thousand answers of about so much money, a share of which does not say its tokens. */
  const priced = (mean: number, unpriced = 0): Tally => {
    const all = Array.from({ length: 1_000 }, (_, i) => i >= unpriced * 1_000);
    return {
      ...EMPTY_TALLY,
      requests: 1_000,
      measures: {
        [MEASURE.cost]: all
          .flatMap((isSaid, i) => (isSaid ? [mean * (0.8 + (i % 9) / 20)] : []))
          .reduce<Moments>(addValue, NO_MOMENTS),
        [MEASURE.unpriced]: all.map((isSaid) => (isSaid ? 0 : 1)).reduce<Moments>(addValue, NO_MOMENTS),
      },
    };
  };
  const judge = (trial: Tally, baseline: Tally, margin: TokenMargin = { worse: 'higher', ratio: 1.2 }) =>
    judgeUsage({ metric: 'cost_mean', margin }, { trial, baseline }, BUDGET);

  it.each([
    ['dearer', priced(0.0002), priced(0.0001), 'fail'],
    ['as dear', priced(0.0001), priced(0.0001), 'pass'],
    ['cheaper', priced(0.00005), priced(0.0001), 'pass'],
    ['dear beside what costs nothing', priced(0.0001), priced(0), 'fail'],
    ['a few do not say their tokens', priced(0.0001, 0.05), priced(0.0001, 0.05), 'pass'],
    ['as dear, as far as the candidate says it', priced(0.0001, 0.3), priced(0.0001), 'no_data'],
    ['as dear, as far as the primary says it', priced(0.0001), priced(0.0001, 0.3), 'no_data'],
    ['dearer, as far as it says it', priced(0.0002, 0.3), priced(0.0001), 'fail'],
    ['it never says it', priced(0.0001, 1), priced(0.0001), 'no_data'],
    ['nobody has a price', EMPTY_TALLY, EMPTY_TALLY, 'no_data'],
  ] as const)('%s: %s', (_name, trial, baseline, verdict) => {
    expect(judge(trial, baseline).verdict).toBe(verdict);
  });

  it('says what is missing, and where it comes from', () => {
    expect(judge(EMPTY_TALLY, priced(1)).because).toContain('PUT /api/v1/models/{model}/prices');
    expect(judge(priced(1, 1), priced(1)).because).toContain('include_usage');
    expect(judge(priced(1, 0.3), priced(1)).because).toContain("30.0% of the candidate's answers");
  });

  it.each([
    ['a multiple', { worse: 'higher', ratio: 1.2 }, 0.00002],
    ['so much more', { worse: 'higher', by: 0.5 }, 0.5],
    ['so much less', { worse: 'lower', by: 0.5 }, -0.5],
    ['a share of it', { worse: 'lower', ratio: 0.8 }, -0.00002],
  ] as const)('%s: the margin is what the difference is compared with', (_name, margin, compared) => {
    const { margin: said, estimate } = judge(priced(0.00015), priced(0.0001), margin);
    expect(said).toBeCloseTo(compared, 7);
    expect(estimate).toBeCloseTo(0.00005, 7);
  });
});
