import fc from 'fast-check';
import { parsePolicy } from '../policy/parse-policy.ts';

/** A policy document that a test may take apart. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Document = Record<string, any>;

const minutes = (least: number, most: number) => fc.integer({ min: least, max: most }).map((n) => `${n}m`);
const timed = {
  minRequests: fc.integer({ min: 1, max: 120 }),
  minDuration: minutes(0, 3),
  maxDuration: minutes(3, 60),
};
const shadow = fc.record({ shadow: fc.record({ sample: fc.constantFrom('20%', '100%'), ...timed }) });
const canary = (weight: string) =>
  fc.record({ canary: fc.record({ weight: fc.constant(weight), ...timed }) });
const ring = fc.record({
  canary: fc.record({
    segments: fc.constantFrom(['staff'], ['staff', 'pilots']),
    percentage: fc.constantFrom('20%', '50%', '100%'),
    ...timed,
  }),
});
const approval = fc.record({
  approval: fc.record({
    approvers: fc.integer({ min: 1, max: 3 }),
    onTimeout: fc.constantFrom('pause', 'rollback'),
    maxDuration: minutes(1, 60),
  }),
});
const need = fc.constantFrom('required', 'optional', 'off');
const checks = fc.record({
  checks: fc.record({
    golden: need,
    provenance: need,
    metrics: fc.constantFrom<Document>({}, { auc: { min: 0.8, maxDecrease: 0.01 } }),
    warmup: fc.constantFrom<Document>({ requests: 20 }, { requests: 50, maxLatencyP95: '200ms' }),
  }),
});
const bake = fc.record({
  bake: fc.oneof(
    fc.record({ duration: minutes(1, 20) }),
    fc.record({ duration: minutes(1, 20), holdBack: fc.constantFrom('5%', '20%') }),
  ),
});
const optional = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> =>
  fc.option(one, { freq: 2 }).map((found) => (found === null ? [] : [found]));

const steps = fc
  .tuple(
    optional(checks),
    optional(shadow),
    optional(approval),
    optional(ring),
    optional(ring),
    optional(canary('5%')),
    optional(approval),
    canary('20%').map((one) => [one]),
    optional(canary('50%')),
    optional(bake),
  )
  .map((parts): Document[] => parts.flat());

const segments = fc.constantFrom(null, { header: 'x-country', most: 3 });
const segmentsOfPairs = fc.constantFrom(null, { header: 'x-country', most: 3 }, { output: 'label', most: 3 });
const shared = { dryRun: fc.constantFrom(false, false, true), startPeriod: fc.constantFrom('0s', '10s') };
const evidence = { ...shared, segments };
const gates = fc.uniqueArray(
  fc.oneof(
    fc.record({
      metric: fc.constant('agreement'),
      min: fc.constantFrom(0.5, 0.9),
      ...evidence,
      segments: segmentsOfPairs,
    }),
    fc.record({
      ...{ metric: fc.constant('error_rate'), ...evidence },
      maxIncrease: fc.constantFrom<unknown>(0.02, 0.2, { points: 0.02, ratio: 5 }),
    }),
    fc.record({
      ...{ metric: fc.constant('error_rate'), name: fc.constant('failures') },
      ...{ maxIncreaseRatio: fc.constantFrom(1.5, 3), ...evidence },
    }),
    fc.record({ metric: fc.constant('latency_p95'), maxIncrease: fc.constantFrom(5, 50), ...shared }),
    fc.record({
      ...{ metric: fc.constant('feedback.click'), maxDecrease: fc.constantFrom(0.05, 0.3) },
      ...{ maturity: fc.constantFrom(0, 0.5), over: fc.constantFrom('auto', 'reports'), ...evidence },
    }),
    fc.record({ metric: fc.constant('edit_distance_mean'), max: fc.constantFrom(0.3, 0.6), ...evidence }),
    fc.record({
      ...{ metric: fc.constant('embedding_distance_mean'), max: fc.constantFrom(0.1, 0.4), ...shared },
    }),
    fc.record({ metric: fc.constant('judge_win_rate'), min: fc.constantFrom(0.3, 0.45), ...shared }),
    fc.record({
      ...{ metric: fc.constant('output_tokens_mean'), minRatio: fc.constantFrom(0.5, 0.9), ...evidence },
    }),
    fc.record({
      ...{ metric: fc.constant('cost_mean'), maxIncreaseRatio: fc.constantFrom(1.2, 2), ...evidence },
    }),
    fc.record({ metric: fc.constant('sample_ratio'), ...shared }),
    fc.record({
      ...{ metric: fc.constant('http'), url: fc.constant('https://judge.example/v'), ...shared },
      source: fc.constantFrom(null, 'scores'),
      consecutiveFailures: fc.constantFrom(1, 3),
    }),
  ),
  { maxLength: 4, selector: (gate: Document) => gate['name'] ?? gate['metric'] },
);

const rest = {
  name: fc.constantFrom('a', 'b'),
  onUndecided: fc.constantFrom('rollback', 'pause'),
  onNoData: fc.constantFrom('rollback', 'pause'),
  alpha: fc.constantFrom(0.01, 0.05, 0.2),
  promoteWhen: fc.constantFrom('proven', 'notFailed'),
  first: fc.constantFrom('promote', 'approval'),
  consecutiveErrors: fc.constantFrom(2, 10),
  onNewVersion: fc.constantFrom('supersede', 'queue', 'refuse'),
  rollbackWindow: fc.constantFrom('0s', '1h'),
  units: fc.constantFrom('fresh', 'stable'),
  fourEyes: fc.boolean(),
  dependencies: fc.constantFrom('exclude', 'ignore'),
  localTrip: fc.constantFrom<unknown>(false, { failures: 8, of: 10 }, { failures: 3, of: 20 }),
  freeze: fc.subarray([
    { cron: '0 0 * * 1', duration: '1h', timeZone: 'UTC', reason: 'sale' },
    { cron: '0 12 * * *', duration: '30m', timeZone: 'UTC', reason: 'lunch' },
  ]),
};

export const isValid = (document: unknown): boolean => {
  try {
    parsePolicy(document);
    return true;
  } catch {
    return false;
  }
};

/** Policies as people write them, with every kind of step and most kinds of gates. */
export const anyDocument: fc.Arbitrary<Document> = fc
  .record({ ...rest, steps, gates })
  .filter(isValid) as fc.Arbitrary<Document>;
