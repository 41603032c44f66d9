import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '#libs/kernel';
import {
  addPoints,
  blocksAtOnce,
  bucketIndex,
  countOfPoints,
  EMPTY_TALLY,
  MEASURE,
  mergeTallies,
  pointsAround,
  SKETCH,
  sparseMomentsOf,
  type Tally,
} from '#libs/stats';
import { NO_STEP_EVIDENCE, type Evidence } from '../../evidence/evidence.ts';
import { judgeGates } from '../judge-gates.ts';
import { parsePolicy } from '../../policy/parse-policy.ts';
import { planOf } from '../../plan/plan.ts';
import { dueWinsorBounds, type WinsorBounds } from './winsor-bounds.ts';

const timed = { minRequests: 1, minDuration: '0s', maxDuration: '1h' };
const CANARIES = [{ canary: { weight: '10%', ...timed } }, { canary: { weight: '50%', ...timed } }];
const policyOf = (gate: object, steps: readonly object[] = CANARIES) =>
  parsePolicy({ name: 'p', promoteWhen: 'proven', gates: [gate], steps });
const REVENUE = { metric: 'feedback.revenue', values: 'mean', maxDecrease: 5 };

/** An arm with these values of a measure. @param hasPoints as gateways of this release count; of older ones there are sums only */
const armOf = (measure: string, values: readonly number[], hasPoints = true): Tally => ({
  ...mergeTallies(
    values.map((value) => ({ ...EMPTY_TALLY, measures: { [measure]: sparseMomentsOf(value) } })),
  ),
  requests: values.length,
  ...(hasPoints && {
    points: { [measure]: addPoints(values.map((value) => Object.fromEntries(pointsAround(value)))) },
  }),
});
/** Of times it is known when they were. */
const inOneSecond = (tally: Tally): Tally => ({ ...tally, blocks: blocksAtOnce(tally, 0) });
const revenue = (values: readonly number[], hasPoints = true) => armOf('feedback.revenue', values, hasPoints);
const many = (n: number, of: (i: number) => number) => Array.from({ length: n }, (_, i) => of(i));
const stepOf = (candidate: Tally, primary: Tally) => ({ ...NO_STEP_EVIDENCE, candidate, primary });
const judge = (gate: object, stepIndex: number, evidence: Evidence, bounds: WinsorBounds | null = null) =>
  judgeGates(policyOf(gate), stepIndex, evidence, 1e9, null, bounds)[0];

describe('a range', () => {
  const gate = { ...REVENUE, range: [0, 50] };
  it.each([
    ['as much as before', 20, 'pass'],
    ['half of it', 10, 'fail'],
  ])('%s', (_name, mean, verdict) => {
    const around = (middle: number) => many(1_000, (i) => middle + (i % 11) - 5);
    const evidence = { 1: stepOf(revenue(around(mean)), revenue(around(20))) };
    expect(judge(gate, 1, evidence)).toMatchObject({
      verdict,
      because: expect.stringContaining('within 0 and 50: the difference lies between'),
    });
  });

  it('50 zeros beside 50 zeros prove nothing, though no value was ever below another', () => {
    const zeros = revenue(many(50, () => 0));
    expect(judge(gate, 1, { 1: stepOf(zeros, zeros) })).toMatchObject({ verdict: 'undecided' });
  });

  it('values of gateways that do not say their sizes are judged as before, and the verdict says so', () => {
    const [candidate, primary] = [
      revenue(many(900, (i) => i % 40)),
      revenue(
        many(900, (i) => i % 40),
        false,
      ),
    ];
    const judged = judge(gate, 1, { 1: stepOf(candidate, primary) });
    const { bound: _bound, ...plain } = { ...REVENUE, bound: null };
    const before = judge(plain, 1, { 1: stepOf(candidate, primary) });
    expect(judged).toMatchObject({
      verdict: before?.verdict,
      evidence: before?.evidence,
      because: `${before?.because}; the sizes of 900 and 0 values are known, of the others gateways of an older release did not say them: so the values are taken as they are, by the approximate sequence`,
    });
  });

  it('a canary of 100 % is compared with the time before as it was', () => {
    const slow = { metric: 'latency_mean', maxIncreaseRatio: 1.5, range: [0, 1_000], startPeriod: '0s' };
    const latency = (ms: number): Tally =>
      inOneSecond({
        ...EMPTY_TALLY,
        requests: 500,
        latency: {
          count: 500,
          buckets: { [String(bucketIndex(ms))]: 250, [String(bucketIndex(1.2 * ms))]: 250 },
        },
      });
    const steps = [{ canary: { weight: '50%', ...timed } }, { canary: { weight: '100%', ...timed } }];
    const both = { 0: stepOf(latency(20), latency(20)), 1: stepOf(latency(20), EMPTY_TALLY) };
    const [judged] = judgeGates(policyOf(slow, steps), 1, both, 1e9);
    expect(judged).toMatchObject({ because: expect.stringContaining('the arms ran at different times') });
  });

  it.each([
    [{ metric: 'latency_mean', maxIncreaseRatio: 1.5, startPeriod: '0s' }, 'latency'],
    [{ metric: 'ttft_mean', maxIncrease: 20, startPeriod: '0s' }, SKETCH.ttft],
    [{ metric: 'output_tokens_mean', maxIncreaseRatio: 1.5 }, MEASURE.outputTokens],
    [{ metric: 'cost_mean', maxIncrease: 20 }, MEASURE.cost],
    [{ metric: 'output_tokens_per_second', minRatio: 0.75 }, MEASURE.outputTokensPerSecond],
  ])('%j, twice as much and as before', (gate, measure) => {
    const arm = (mean: number): Tally => {
      const values = many(2_000, (i) => mean * (0.5 + (i % 11) / 10));
      const buckets: Record<string, number> = {};
      for (const value of values) buckets[bucketIndex(value)] = (buckets[bucketIndex(value)] ?? 0) + 1;
      const sketch = { count: values.length, buckets };
      return inOneSecond({
        ...armOf(measure, values),
        ...(measure === 'latency' && { latency: sketch }),
        ...(measure === SKETCH.ttft && { sketches: { [SKETCH.ttft]: sketch } }),
      });
    };
    const bounded = { ...gate, range: [0, 500] };
    const isLessWorse = 'minRatio' in gate;
    const worse = judge(bounded, 1, { 1: stepOf(arm(isLessWorse ? 50 : 200), arm(100)) });
    const alike = judge(bounded, 1, { 1: stepOf(arm(100), arm(100)) });
    expect([worse?.verdict, alike?.verdict]).toEqual(['fail', 'pass']);
    expect(alike?.because).toContain('within 0 and 500');
  });

  it('score_delta is one mean', () => {
    const gate = { metric: 'score_delta', max: 0.1, range: [0, 1] };
    const steps = [{ shadow: { sample: '100%', ...timed } }];
    const verdictOf = (mean: number) =>
      judgeGates(
        policyOf(gate, steps),
        0,
        {
          0: {
            ...NO_STEP_EVIDENCE,
            shadow: armOf(
              MEASURE.scoreDelta,
              many(600, (i) => mean * (i % 3)),
            ),
          },
        },
        1e9,
      )[0];
    expect(verdictOf(0.02)).toMatchObject({ verdict: 'pass' });
    expect(verdictOf(0.3)).toMatchObject({ verdict: 'fail' });
  });
});

describe('winsorising', () => {
  const gate = { ...REVENUE, maxDecrease: 0.5, winsorize: 'p99' };
  /** One of ten buys something, one of a thousand for 5,000. */
  const sales = (n: number, share = 0.1) =>
    many(n, (i) => (i % 1_000 === 7 ? 5_000 : i % 100 < 100 * share ? 20 + (i % 7) : 0));
  const chosenFrom = (evidence: Evidence, known: WinsorBounds | null = null, stepIndex = 1) =>
    dueWinsorBounds(policyOf(gate), stepIndex, evidence, known);

  it('waits for its first values, and says so', () => {
    const evidence = { 1: stepOf(revenue(sales(60)), revenue(sales(60))) };
    expect(chosenFrom(evidence)).toBeNull();
    expect(judge(gate, 1, evidence)).toMatchObject({
      verdict: 'undecided',
      requestsNeeded: 40,
      because:
        '120 values so far: where values are cut off (p99) is chosen from the first 200 of both arms, which are not judged',
    });
    expect(judge(gate, 1, {})).toMatchObject({ verdict: 'no_data' });
  });

  it('chooses once, from both arms, and judges only what comes afterwards', () => {
    const first = { 1: stepOf(revenue(sales(600)), revenue(sales(600))) };
    const bounds = chosenFrom(first);
    expect(bounds).toMatchObject({ 'feedback.revenue': { from: 0, to: 26, values: 1_200, step: 1 } });
    expect(judge(gate, 1, first, bounds)).toMatchObject({ verdict: 'no_data' });
    expect(chosenFrom(first, bounds)).toBeNull();
    const both = [sales(600), sales(9_000)].map((values) => revenue(values));
    const later = { 1: stepOf(mergeTallies(both), mergeTallies(both)) };
    expect(judge(gate, 1, later, bounds)).toMatchObject({
      verdict: 'pass',
      counts: { candidate: 9_000, primary: 9_000 },
      because: expect.stringContaining(
        'cut off at 0 and 26 (p99 of the first 1200 values of both arms, which are not judged)',
      ),
    });
  });

  it('a few huge sales decide nothing, and half of the buyers lost does', () => {
    const first = { 1: stepOf(revenue(sales(600)), revenue(sales(600))) };
    const bounds = chosenFrom(first);
    const verdictOf = (candidate: readonly number[]) =>
      judge(
        gate,
        1,
        {
          1: stepOf(
            mergeTallies([revenue(sales(600)), revenue(candidate)]),
            mergeTallies([revenue(sales(600)), revenue(sales(9_000))]),
          ),
        },
        bounds,
      )?.verdict;
    expect(verdictOf(sales(9_000).map((value) => (value > 1_000 ? 0 : value)))).toBe('pass');
    expect(verdictOf(sales(9_000, 0.05))).toBe('fail');
  });

  it('leaves room for a shift of all values, which would otherwise stay at the bound', () => {
    const tokens = { metric: 'output_tokens_mean', maxIncrease: 20, winsorize: 'p99' };
    const around = (n: number, mean: number) =>
      armOf(
        MEASURE.outputTokens,
        many(n, (i) => mean + (i % 21) - 10),
      );
    const first = { 1: stepOf(around(300, 100), around(300, 100)) };
    const bounds = dueWinsorBounds(policyOf(tokens), 1, first, null);
    expect(bounds?.['output_tokens_mean']).toMatchObject({ from: 90, to: 150 });
    const after = (mean: number): Evidence => ({
      1: stepOf(mergeTallies([around(300, 100), around(900, mean)]), around(1_200, 100)),
    });
    expect(judge(tokens, 1, after(140), bounds)).toMatchObject({ verdict: 'fail' });
    expect(judge(tokens, 1, after(100), bounds)).toMatchObject({ verdict: 'pass' });
    const pace = { metric: 'output_tokens_per_second', minRatio: 0.8, winsorize: 'p99' };
    const steady = armOf(
      MEASURE.outputTokensPerSecond,
      many(300, (i) => 100 + (i % 3)),
    );
    const of = dueWinsorBounds(policyOf(pace), 1, { 1: stepOf(steady, steady) }, null);
    expect(of?.['output_tokens_per_second']).toMatchObject({ from: 64, to: 110 });
  });

  it('earlier steps serve the choice, and are not judged', () => {
    const evidence = {
      0: stepOf(revenue(sales(600)), revenue(sales(600))),
      1: stepOf(revenue([]), revenue([])),
    };
    const bounds = chosenFrom(evidence);
    expect(bounds).toMatchObject({ 'feedback.revenue': { values: 1_200, step: 1 } });
    const now = { ...evidence, 1: stepOf(revenue(sales(9_000, 0.05)), revenue(sales(9_000))) };
    expect(judge(gate, 1, now, bounds)).toMatchObject({ verdict: 'fail', counts: { candidate: 9_000 } });
  });

  it('where nearly all are the same there is nothing to cut off by', () => {
    const zeros = { 1: stepOf(revenue(many(400, () => 0)), revenue(many(400, () => 0))) };
    expect(chosenFrom(zeros)).toBeNull();
    expect(judge(gate, 1, zeros)).toMatchObject({
      verdict: 'undecided',
      because: expect.stringContaining('nearly all of the 800 so far are the same'),
    });
  });

  it('what a bound was chosen from never moves a verdict', () => {
    const values = fc.array(fc.constantFrom(0, 0, 0, 3, 12, 40, 7_000), { minLength: 300, maxLength: 600 });
    fc.assert(
      fc.property(values, values, values, (one, other, later) => {
        const first = { 1: stepOf(revenue(one), revenue(other)) };
        const bounds = chosenFrom(first);
        fc.pre(bounds !== null);
        const with0 = (candidate: Tally, primary: Tally): Evidence => ({
          1: stepOf(mergeTallies([candidate, revenue(later)]), mergeTallies([primary, revenue(later)])),
        });
        const judged = judge(gate, 1, with0(revenue(one), revenue(other)), bounds);
        const empty = {
          'feedback.revenue': { ...bounds?.['feedback.revenue'], before: { trial: {}, baseline: {} } },
        };
        const alone = judge(gate, 1, { 1: stepOf(revenue(later), revenue(later)) }, empty as WinsorBounds);
        expect(judged?.counts['candidate']).toBe(later.length);
        expect(judged?.evidence?.harm).toBeCloseTo(alone?.evidence?.harm ?? 0, 2);
        expect(judged?.evidence?.safety).toBeCloseTo(alone?.evidence?.safety ?? 0, 2);
        expect(countOfPoints(bounds?.['feedback.revenue']?.before.trial ?? {})).toBeCloseTo(one.length, 6);
      }),
      { numRuns: 15 },
    );
  });
});

describe('what can never be decided, or means nothing, is refused', () => {
  const wrong = (gate: object): string => {
    try {
      policyOf(gate);
      return 'taken';
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return error.errors.map((one) => one.detail).join('; ');
    }
  };
  const LATENCY = { metric: 'latency_mean', maxIncreaseRatio: 2 };
  const TOKENS = { metric: 'output_tokens_mean', maxIncrease: 10 };
  const DELTA = { metric: 'score_delta', max: 0.5 };
  it.each([
    [{ ...REVENUE, range: [0, 50], winsorize: 'p99' }, 'not both'],
    [{ ...REVENUE, range: [50, 0] }, '"range" is [lowest, highest]'],
    [{ ...REVENUE, range: [0, 5] }, 'never more than 5 apart'],
    [{ ...REVENUE, range: [0, 0.000001] }, 'wide'],
    [{ metric: 'feedback.click', maxDecrease: 0.1, range: [0, 1] }, 'write values: mean'],
    [{ ...REVENUE, winsorize: 'p50' }, 'p90 to p99.99'],
    [{ ...REVENUE, winsorize: '99.9' }, 'p90 to p99.99'],
    [{ ...REVENUE, winsorize: 'p99', segments: { header: 'x-country' } }, 'leave "segments" out'],
    [{ metric: 'latency_p95', maxIncreaseRatio: 2, winsorize: 'p99' }, 'latency_p95 is a quantile'],
    [{ ...LATENCY, range: [-1, 100] }, 'no value of this metric is below 0'],
    [{ ...LATENCY, range: [100, 180] }, 'none is ever 2 times the other'],
    [{ ...TOKENS, range: [0, 10] }, 'never more than 10 apart'],
    [
      { metric: 'output_tokens_per_second', minRatio: 0.5, range: [60, 100] },
      'none is ever 0.5 times the other',
    ],
    [{ ...DELTA, range: [0, 0.5] }, 'give a "max" within "range"'],
  ])('%j: %s', (gate, why) => expect(wrong(gate)).toContain(why));

  it.each([
    [
      { ...REVENUE, range: [-20, 50] },
      "revenue at most 5 lower than the primary's, values within -20 and 50",
    ],
    [{ ...REVENUE, winsorize: 'p99.9' }, "values cut off at p99.9 of both arms' first 1000"],
    [{ ...REVENUE, range: [0, 50], segments: { header: 'x-country' } }, 'values within 0 and 50'],
    [
      { ...LATENCY, winsorize: 'p99' },
      "at most 2 times the primary's, values cut off at p99 of both arms' first 200",
    ],
    [{ ...TOKENS, range: [0, 4_096] }, 'values within 0 and 4096'],
  ])('%j is planned: %s', (gate, words) => expect(planOf(policyOf(gate)).text.join('\n')).toContain(words));
});
