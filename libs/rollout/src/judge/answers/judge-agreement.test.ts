import { describe, expect, it } from '@jest/globals';
import { EMPTY_TALLY, MEASURE, momentsOf, type Tally } from '#libs/stats';
import { judgeAgreement } from './judge-agreement.ts';

const budget = { harm: 0.05, safety: 0.05 };
/** @param shares of each request's rows that disagree, each with so many requests */
const shadow = (
  shares: readonly (readonly [share: number, requests: number])[],
  whole: Partial<Tally> = {},
): Tally => ({
  ...EMPTY_TALLY,
  ...whole,
  measures: {
    [MEASURE.rowDisagreement]: momentsOf(shares.flatMap(([share, n]) => Array<number>(n).fill(share))),
  },
  points: { [MEASURE.rowDisagreement]: Object.fromEntries(shares.map(([share, n]) => [String(share), n])) },
});
const judge = (trial: Tally, min = 0.9) => judgeAgreement(min, { trial, baseline: EMPTY_TALLY }, budget);

describe('agreement by rows', () => {
  it('says which share of the rows agrees, and between what', () => {
    const judged = judge(shadow([[0.01, 100]]));
    expect(judged).toMatchObject({
      verdict: 'pass',
      estimate: expect.closeTo(0.99, 6),
      counts: { compared: 100 },
    });
    expect(judged.because).toMatch(
      /^99.0% of the rows of 100 requests agree, between .* 90.0% is asked for: enough$/,
    );
    expect(judged.interval.lower).toBeGreaterThanOrEqual(0.9);
    expect(judged.interval.upper).toBeLessThanOrEqual(1);
  });
  it('takes a request whose rows all disagree for one, however many they are', () => {
    expect(judge(shadow([[1, 1]])).verdict).toBe('undecided');
    expect(judge(shadow([[1, 3]])).verdict).toBe('fail');
  });
  it('leaves out what gateways of before have compared as wholes', () => {
    const judged = judge(shadow([[0.01, 100]], { requests: 300, compared: 300, agreed: 90 }));
    expect(judged).toMatchObject({ verdict: 'pass', counts: { compared: 100 } });
  });
  it('goes by requests where nobody counts rows', () => {
    const judged = judge({ ...EMPTY_TALLY, requests: 300, compared: 300, agreed: 200 });
    expect(judged).toMatchObject({ verdict: 'fail', counts: { good: 200, compared: 300 } });
  });
  it('fails at once where everything must agree and something does not', () => {
    const judged = judge(shadow([[0.1, 1]], { requests: 1, compared: 1, agreed: 0 }), 1);
    expect(judged.verdict).toBe('fail');
  });
});
