import fc from 'fast-check';
import { parsePolicy } from './parse-policy.ts';
import type { Policy } from './policy.ts';
import { undilutedBudget } from '../tighter/tighter-budget.ts';

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

const isValid = (document: unknown): boolean => {
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

type Change = (document: Document, pick: number) => Document;

const ofKind = (document: Document, ...kinds: string[]): Document[] =>
  (document['steps'] as Document[]).flatMap((step) =>
    kinds.flatMap((kind) => (step[kind] ? [step[kind]] : [])),
  );
const one = <T>(list: readonly T[], pick: number): T | undefined => list[pick % Math.max(1, list.length)];
const insert = (document: Document, at: number, step: Document): void =>
  void (document['steps'] as Document[]).splice(at, 0, step);
const halved = (text: string): string => `${Number.parseInt(text) * 30}s`;

/** Ways to make a policy stricter that leave how the arms share the traffic as it is. */
const STRICTER: readonly Change[] = [
  (d) => ({ ...d, onUndecided: 'rollback' }),
  (d) => ({ ...d, onNoData: 'rollback' }),
  (d) => ({ ...d, alpha: Math.min(0.5, 2 * d['alpha']), beta: d['beta'] ?? d['alpha'] }),
  (d) => ({ ...d, beta: (d['beta'] ?? d['alpha']) / 10 }),
  (d) => ({ ...d, promoteWhen: 'proven' }),
  (d) => ({ ...d, first: 'approval' }),
  (d) => ({ ...d, consecutiveErrors: 1 }),
  (d) => ({ ...d, rollbackWindow: '0s', fourEyes: true, dependencies: 'exclude' }),
  (d) => ({ ...d, localTrip: { failures: 2, of: 20 } }),
  (d) => ({ ...d, freeze: [...d['freeze'], { cron: '30 6 * * *', duration: '2h' }] }),
  (d) => ({ ...d, samples: { redact: ['$.name'] } }),
  (d, n) => {
    const step = one(ofKind(d, 'shadow', 'canary'), n);
    if (step) step['minRequests'] *= 2;
    return d;
  },
  (d, n) => {
    const step = one(ofKind(d, 'shadow', 'canary', 'approval'), n);
    if (step && step['minDuration'] !== '3m') step['maxDuration'] = halved(step['maxDuration']);
    return d;
  },
  (d, n) => {
    const step = one(ofKind(d, 'approval'), n);
    if (step) step['approvers']++;
    return d;
  },
  (d) => {
    for (const step of ofKind(d, 'bake')) step['duration'] = '30m';
    for (const step of ofKind(d, 'checks')) step['golden'] = 'required';
    return d;
  },
  (d, n) => {
    insert(d, ofKind(d, 'checks').length + (n % (d['steps'].length || 1)), { approval: { approvers: 2 } });
    return d;
  },
  (d, n) => {
    // The same share once more, longer.
    const canaries = (d['steps'] as Document[]).flatMap((step, i) => (step['canary'] ? [i] : []));
    const at = one(canaries, n);
    if (at !== undefined) insert(d, at, structuredClone(d['steps'][at]));
    return d;
  },
  (d) => {
    insert(d, ofKind(d, 'checks').length, { shadow: { minRequests: 10, maxDuration: '10m' } });
    return d;
  },
  (d, n) => {
    const gate = one(d['gates'] as Document[], n);
    if (gate && gate['metric'] !== 'sample_ratio') gate['dryRun'] = false;
    return d;
  },
  (d, n) => {
    const gate = one(d['gates'] as Document[], n);
    if (typeof gate?.['maxIncrease'] === 'number') gate['maxIncrease'] /= 2;
    else if (gate?.['maxIncrease']) gate['maxIncrease'] = { points: 0.01, ratio: 3 };
    if (gate?.['maxDecrease']) gate['maxDecrease'] /= 2;
    if (gate?.['min']) gate['min'] = 0.95;
    if (gate?.['consecutiveFailures']) gate['consecutiveFailures'] = 1;
    return d;
  },
  (d) => {
    for (const gate of d['gates'])
      if (gate['metric'] === 'error_rate' && typeof gate['maxIncrease'] === 'number')
        gate['maxIncrease'] = { points: gate['maxIncrease'], ratio: 4 };
    return d;
  },
  (d) => {
    for (const gate of d['gates'])
      if ('segments' in gate) gate['segments'] ??= { header: 'x-country', most: 3 };
    return d;
  },
  (d) => ({
    ...d,
    gates: [...d['gates'], { name: `g${d['gates'].length}`, metric: 'schema_violations', maxIncrease: 0.1 }],
  }),
  (d) => ({
    ...d,
    gates: [...d['gates'], { name: `g${d['gates'].length}`, metric: 'latency_p50', maxIncrease: 1e6 }],
  }),
];

/** Ways to make a policy stricter that give callers less of the candidate. */
const FEWER: readonly Change[] = [
  (d) => {
    for (const [i, step] of ofKind(d, 'canary').entries())
      step[step['segments'] ? 'percentage' : 'weight'] = `${i + 1}%`;
    return d;
  },
  (d) => {
    const canaries = (d['steps'] as Document[]).findIndex((step) => step['canary']);
    insert(d, canaries, { canary: { weight: '0.5%', minRequests: 5, maxDuration: '20m' } });
    return d;
  },
  (d) => {
    const canaries = (d['steps'] as Document[]).findIndex((step) => step['canary']);
    insert(d, canaries, {
      canary: { segment: 'staff', percentage: '3%', minRequests: 5, maxDuration: '20m' },
    });
    return d;
  },
  (d) => {
    for (const step of ofKind(d, 'shadow')) step['sample'] = '10%';
    for (const step of ofKind(d, 'bake')) if (step['holdBack']) step['holdBack'] = '40%';
    return d;
  },
];

/** Ways to make a policy looser: what `tightens` must not take, whatever else was made stricter. */
const LOOSER: readonly Change[] = [
  (d) => {
    for (const step of ofKind(d, 'canary')) if (step['segments']) step['segments'] = ['everyone'];
    return d;
  },
  (d) => {
    for (const step of ofKind(d, 'canary')) if (step['segments']) step['percentage'] = '100%';
    return d;
  },
  (d) => {
    const canaries = (d['steps'] as Document[]).findIndex((step) => step['canary']);
    insert(d, canaries, { canary: { segment: 'sales', minRequests: 1, maxDuration: '1h' } });
    return d;
  },
  (d) => ({ ...d, onUndecided: 'pause', onNoData: 'pause' }),
  (d) => ({ ...d, alpha: d['alpha'] / 10, beta: d['beta'] ?? d['alpha'] }),
  (d) => ({ ...d, beta: Math.min(0.5, 10 * (d['beta'] ?? d['alpha'])) }),
  (d) => ({ ...d, promoteWhen: 'notFailed' }),
  (d) => ({ ...d, first: 'promote' }),
  (d) => ({ ...d, consecutiveErrors: 100 }),
  (d) => ({ ...d, rollbackWindow: '1d' }),
  (d) => ({ ...d, freeze: [] }),
  (d, n) => {
    const step = one(ofKind(d, 'shadow', 'canary'), n);
    if (step) step['minRequests'] = 1;
    return d;
  },
  (d, n) => {
    const step = one(ofKind(d, 'shadow', 'canary'), n);
    if (step) step['minDuration'] = '0s';
    return d;
  },
  (d, n) => {
    const step = one(ofKind(d, 'shadow', 'canary', 'approval'), n);
    if (step) step['maxDuration'] = '1d';
    return d;
  },
  (d, n) => {
    const step = one(ofKind(d, 'approval'), n);
    if (step) step['approvers'] = 1;
    return d;
  },
  (d, n) => {
    d['steps'].splice(n % d['steps'].length, 1);
    return d;
  },
  (d) => {
    for (const step of ofKind(d, 'bake')) step['duration'] = '1s';
    return d;
  },
  (d, n) => {
    const gate = one(d['gates'] as Document[], n);
    if (gate) gate['dryRun'] = true;
    return d;
  },
  (d, n) => {
    const gate = one(d['gates'] as Document[], n);
    if (gate?.['maxIncrease']) gate['maxIncrease'] = Math.min(0.9, 4 * gate['maxIncrease']);
    if (gate?.['maxDecrease']) gate['maxDecrease'] = 0.8;
    if (gate?.['min']) gate['min'] = 0.1;
    if (gate?.['consecutiveFailures']) gate['consecutiveFailures'] = 9;
    if (gate?.['maturity'] !== undefined) gate['maturity'] = gate['maturity'] === 0 ? 0.9 : 0;
    return d;
  },
  (d, n) => {
    const gate = one(d['gates'] as Document[], n);
    if (gate) gate['startPeriod'] = '30m';
    return d;
  },
  (d, n) => {
    const gate = one(d['gates'] as Document[], n);
    if (gate && gate['metric'] !== 'agreement' && gate['metric'] !== 'sample_ratio')
      gate['in'] = ['bake', 'canary'];
    return d;
  },
  (d, n) => {
    d['gates'].splice(n % Math.max(1, d['gates'].length), 1);
    return d;
  },
  (d) => {
    for (const gate of d['gates']) if ('segments' in gate) gate['segments'] = null;
    return d;
  },
  (d) => ({ ...d, gates: [...d['gates'], { metric: 'sample_ratio' }] }),
  (d, n) => {
    insert(d, n % (d['steps'].length + 1), { canary: { weight: '5%', minRequests: 1, maxDuration: '1h' } });
    return d;
  },
  (d) => {
    const last = (d['steps'] as Document[]).findLastIndex((step) => step['canary']);
    insert(d, last + 1, { canary: { weight: '90%', minRequests: 1, maxDuration: '1h' } });
    return d;
  },
];

const changes = fc.array(fc.tuple(fc.nat(1_000), fc.nat(1_000)), { minLength: 1, maxLength: 6 });

/** A document and one that was made from it by making it stricter; where that is no policy any more, it stays. */
function stricter(ways: readonly Change[]) {
  return (document: Document): fc.Arbitrary<Document> =>
    changes.map((list) =>
      list.reduce<Document>((before, [way, pick]) => {
        const after = ways[way % ways.length]?.(structuredClone(before), pick);
        return after && isValid(after) ? after : before;
      }, document),
    );
}

/** @param sameShares the arms share the traffic in the model's steps as they do with the model's policy */
export const stricterThan = (document: Document, sameShares: boolean): fc.Arbitrary<Document> =>
  stricter(sameShares ? STRICTER : [...STRICTER, ...FEWER])(document);

/** The same, half of the time with one change too many: one that makes it looser. */
export const nearTo = (document: Document, sameShares: boolean): fc.Arbitrary<Document> =>
  fc
    .tuple(stricterThan(document, sameShares), fc.boolean(), fc.nat(1_000), fc.nat(1_000))
    .map(([strict, spoil, way, pick]) => {
      if (!spoil) return strict;
      const after = LOOSER[way % LOOSER.length]?.(structuredClone(strict), pick);
      return after && isValid(after) ? after : strict;
    });

/** A release's policy as it is frozen: with the budget by which its further gates dilute nothing. */
export const frozenFor = (release: Policy, model: Policy): Policy => ({
  ...release,
  ...undilutedBudget(release, model),
});
