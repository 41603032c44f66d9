import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EMPTY_TALLY, HISTOGRAM, MEASURE, type Tally } from '#libs/stats';
import { templateQuery, type TemplateMetric } from './templates/metric-templates.ts';
import { judgeGates, NO_STEP_EVIDENCE, parseKeptPolicy, parsePolicy, type StepEvidence } from '../index.ts';

const MANY = 1e8;
/** Bad ones of the other version, for there is no multiple of none. */
const A_FEW = 1e-4;
const VALUES = `${HISTOGRAM.inputPrefix}country`;
const policyOf = (gate: object, kind: 'shadow' | 'canary') => ({
  ...{ name: 'p', gates: [gate], promoteWhen: 'notFailed' },
  steps: [
    kind === 'shadow'
      ? { shadow: { sample: '100%', minRequests: 1, maxDuration: '1h' } }
      : { canary: { weight: '50%', minRequests: 1, maxDuration: '1h' } },
  ],
});
/** All that could be wrong with a version, over so many requests that nothing is left to chance. */
const arm = (isWorst: boolean, named: string): Tally => ({
  ...{
    ...EMPTY_TALLY,
    requests: MANY,
    errors: isWorst ? MANY : MANY * A_FEW,
    compared: MANY,
    agreed: isWorst ? 0 : MANY,
  },
  measures: {
    schema_violation: { n: MANY, mean: isWorst ? 1 : A_FEW, m2: 0 },
    'feedback.click': { n: MANY, mean: isWorst ? 0 : 1, m2: 0 },
    'feedback.complaint': { n: MANY, mean: isWorst ? 1 : 0, m2: 0 },
    [MEASURE.rankCorrelation]: { n: MANY, mean: isWorst ? -1 : 1, m2: 0 },
  },
  histograms: {
    [VALUES]: { [named]: MANY },
    [HISTOGRAM.output]: { [named]: MANY },
    [HISTOGRAM.confidence]: { [named]: MANY },
  },
});
const [WORST, BEST] = [arm(true, 'a'), arm(false, 'b')];
const AT_WORST: Readonly<Record<'shadow' | 'canary', StepEvidence>> = {
  shadow: { ...NO_STEP_EVIDENCE, shadow: WORST, primary: BEST },
  canary: { ...NO_STEP_EVIDENCE, candidate: WORST, primary: BEST },
};
const BASELINE = { histograms: { [VALUES]: { b: MANY } } };

const NEAR = 0.001;
/** From where a gate can be failed to where nothing fails it, and both sides of the edge. */
const between = (from: number, to: number, ...edges: number[]) =>
  fc.oneof(fc.constantFrom(...edges), fc.double({ min: from + NEAR, max: to - NEAR, noNaN: true }));
const gates = fc.oneof(
  fc.record({
    metric: fc.constantFrom('error_rate', 'schema_violations'),
    maxIncrease: between(0, 1, 0, 0.999, 1),
  }),
  fc.record({
    metric: fc.constantFrom('error_rate', 'schema_violations'),
    maxIncrease: fc.record({
      points: between(0, 1, 0.9995, 0.9999),
      ratio: fc.constantFrom(2, 3, 1_000),
    }),
  }),
  fc.record({ metric: fc.constant('feedback.click'), maxDecrease: between(0, 1, 0, 0.999, 0.9999) }),
  fc.record({ metric: fc.constant('feedback.complaint'), maxIncrease: between(0, 1, 0, 0.999, 0.9999) }),
  fc.record({ metric: fc.constant('agreement'), min: between(0, 1, 0, 0.001, 1) }),
  fc.record({ metric: fc.constant('rank_correlation'), min: between(-1, 1, -1, -0.999) }),
  fc.record({
    metric: fc.constantFrom('output_drift', 'confidence', 'input_drift'),
    // What 10^8 values prove lies between: it depends on the budget, and on what they are compared with.
    max: between(0.01, 100, 30, 36, 100).filter((max) => max <= 30 || max >= 36),
  }),
);
const isTaken = (policy: unknown): boolean => {
  try {
    parsePolicy(policy);
    return true;
  } catch {
    return false;
  }
};

it('a gate that is taken can be failed: it fails the worst version that there could be; one that is refused does not', () => {
  const seen = { taken: 0, refused: 0 };
  fc.assert(
    fc.property(gates, (gate) => {
      const kind = ['agreement', 'rank_correlation'].includes(gate.metric) ? 'shadow' : 'canary';
      const policy = parseKeptPolicy(policyOf(gate, kind));
      const verdicts = judgeGates(policy, 0, { 0: AT_WORST[kind] }, Infinity, BASELINE);
      const { verdict } = verdicts.find((one) => one.gate === gate.metric) ?? {};
      const taken = isTaken(policyOf(gate, kind));
      seen[taken ? 'taken' : 'refused']++;
      if (taken) expect([gate, verdict]).toEqual([gate, 'fail']);
      else expect([gate, verdict]).not.toEqual([gate, 'fail']);
      // To watch it only, it may ask for anything.
      expect(isTaken(policyOf({ ...gate, dryRun: true }, kind))).toBe(true);
    }),
    { numRuns: 1_000 },
  );
  expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(100);
});

const istio = { from: 'istio', service: 'v{{version}}', namespace: 'models' };
it.each<[object, boolean]>([
  [{ of: 'error_rate', max: 1 }, false],
  [{ of: 'error_rate', min: 0, max: 1 }, false],
  [{ of: 'error_rate', max: 0.99 }, true],
  [{ of: 'error_rate', min: 0.1, max: 1 }, true],
  [{ of: 'latency_p95', min: 0 }, false],
  [{ of: 'latency_p95', min: 0, max: 250 }, true],
  [{ from: 'kserve', of: 'latency_p99', min: -1 }, false],
])('a named metric is never beyond what it can be: %j is taken: %j', (more, taken) => {
  expect(isTaken(policyOf({ metric: 'prometheus', ...istio, ...more }, 'canary'))).toBe(taken);
});

const { query: shareMade } = expectQuery('error_rate');
const { query: timeMade } = expectQuery('latency_p95');
it.each([
  'errors',
  // In percent, by hand.
  '((sum(rate(istio_requests_total{response_code=~"5.."}[5m])) or vector(0)) * 100) / (sum(rate(istio_requests_total[5m])) > 0)',
  'histogram_quantile(0.95, sum by (le) (rate(left_seconds_bucket[5m]))) - 60 >= 0',
  `100 * ${shareMade}`,
  shareMade.replace('[300000ms]', '[60000ms]'),
  shareMade.replace('/', '* 100 /'),
  `${timeMade} or vector(-1) >= 0`,
])('what a query of your own answers may be anything: %s', (query) => {
  expect(isTaken(policyOf({ metric: 'prometheus', query, min: 0, max: 1 }, 'canary'))).toBe(true);
});
it.each([shareMade, timeMade])(
  'what a template makes is known also where it is sent as a query: %s',
  (query) => {
    expect(isTaken(policyOf({ metric: 'prometheus', query, min: 0 }, 'canary'))).toBe(false);
  },
);

function expectQuery(of: TemplateMetric): { query: string } {
  const made = templateQuery({
    ...{ from: 'istio', of, windowMs: 300_000 },
    service: 'v{{version}}',
    namespace: 'models',
  });
  if ('missing' in made) throw new Error(made.missing);
  return made;
}
