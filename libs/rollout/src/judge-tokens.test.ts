import { expect, it } from '@jest/globals';
import { addValue, EMPTY_TALLY, MEASURE, NO_MOMENTS, type Moments, type Tally } from '#libs/stats';
import { judgeTokens } from './judge-tokens.ts';
import type { TokenMargin } from './policy.ts';

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
  expect(judgeTokens(margin, { trial: answers(candidate), baseline: answers(primary) }, BUDGET).verdict).toBe(
    verdict,
  );
});

it('says why there is nothing to judge', () => {
  const none = { ...EMPTY_TALLY, requests: 10 };
  expect(judgeTokens({ worse: 'lower', by: 1 }, { trial: none, baseline: answers(9) }, BUDGET)).toMatchObject(
    {
      verdict: 'no_data',
      because: expect.stringContaining('candidate'),
    },
  );
});
