import { expect, it } from '@jest/globals';
import { EMPTY_TALLY, HISTOGRAM, JUDGED, type Bins } from '#libs/stats';
import { judgeGates } from '../judge-gates.ts';
import { parsePolicy } from '../../policy/parse-policy.ts';
import { NO_STEP_EVIDENCE } from '../../evidence/evidence.ts';

const policy = parsePolicy({
  name: 'text',
  steps: [{ shadow: { minRequests: 10, maxDuration: '1h' } }],
  gates: [{ metric: 'judge_win_rate', min: 0.4 }],
});
const verdictOf = (judged: Bins, failures: Bins = {}) => {
  const histograms = { [HISTOGRAM.judged]: judged, [HISTOGRAM.judgeFailures]: failures };
  const shadow = { ...EMPTY_TALLY, requests: 1_000, compared: 1_000, histograms };
  return judgeGates(policy, 0, { 0: { ...NO_STEP_EVIDENCE, shadow } }, 60_000)[0];
};

it.each<[string, Bins, string]>([
  ['no pair', {}, 'no_data'],
  ['a judge that never answers', { [JUDGED.failed]: 900 }, 'no_data'],
  ['a budget of nothing', { [JUDGED.overBudget]: 900 }, 'no_data'],
  ['an equal version', { [JUDGED.win]: 40, [JUDGED.tie]: 120, [JUDGED.loss]: 40 }, 'pass'],
  ['a worse version', { [JUDGED.win]: 2, [JUDGED.tie]: 4, [JUDGED.loss]: 50 }, 'fail'],
  ['a worse version, and a judge that mostly fails', { [JUDGED.loss]: 50, [JUDGED.failed]: 80 }, 'undecided'],
])('%s: %j %s', (_what, judged, verdict) => {
  expect(verdictOf(judged)).toMatchObject({
    ...{ gate: 'judge_win_rate', verdict, margin: 0.4, onFail: 'rollback', segment: null },
  });
});

it('says what to look at', () => {
  expect(verdictOf({})?.because).toContain('JUDGE_URL');
  expect(verdictOf({ [JUDGED.failed]: 3 }, { http_503: 2, unreadable_reply: 1 })?.because).toContain(
    'http_503 2, unreadable_reply 1',
  );
  expect(verdictOf({ [JUDGED.tie]: 3, [JUDGED.overBudget]: 9 })?.because).toContain(
    '9 pairs were not asked about',
  );
  expect(verdictOf({ [JUDGED.tie]: 3 })?.interval).toMatchObject({
    lower: expect.any(Number),
    upper: expect.any(Number),
  });
});
