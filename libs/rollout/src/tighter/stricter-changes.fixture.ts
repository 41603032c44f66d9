import { type Change, one, ofKind, halved, insert } from './change.fixture.ts';
import type { Document } from './any-policy.fixture.ts';

/** Ways to make a policy stricter that leave how the arms share the traffic as it is. */
export const STRICTER: readonly Change[] = [
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
export const FEWER: readonly Change[] = [
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
