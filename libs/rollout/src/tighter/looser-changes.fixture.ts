import { type Change, ofKind, insert, one } from './change.fixture.ts';
import type { Document } from './any-policy.fixture.ts';

/** Ways to make a policy looser: what `tightens` must not take, whatever else was made stricter. */
export const LOOSER: readonly Change[] = [
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
