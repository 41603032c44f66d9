/** The gate of policy 3 that asks a metric source. */
export const SOURCE = 'complaints';
/** Frozen in policy 3: so much of each minute, from its beginning. */
export const FROZEN_MS = 20_000;
/** Policy 3: so many questions without an answer pause it. */
export const SILENT_AFTER = 3;

const canary = (weight: string, more: object = {}): object => ({
  canary: { weight, minRequests: 5, maxDuration: '1m', ...more },
});
const ring = (segments: string[], percentage: string, more: object = {}): object => ({
  canary: { segments, percentage, minRequests: 5, maxDuration: '1m', ...more },
});
const errors = { metric: 'error_rate', maxIncrease: 0.5 };
const steps = (approval: object[], bake: object): object[] => [
  { checks: {} },
  { shadow: { minRequests: 5, maxDuration: '1m' } },
  canary('10%', { minDuration: '5s' }),
  ...approval,
  canary('50%'),
  { bake: { duration: '10s', ...bake } },
];

/**
 * What the versions of the suite are released by. Each has something that another lacks: an approval, units held back, a start
 * period, a metric source, freeze windows, the same units each time, rings.
 */
export const POLICIES = [
  { onNewVersion: 'supersede', rollbackWindow: '1h', steps: steps([], {}), gates: [errors], units: 'stable' },
  {
    ...{ onNewVersion: 'queue', fourEyes: true, gates: [{ ...errors, startPeriod: '1s' }] },
    steps: steps([{ approval: {} }], {}),
  },
  {
    ...{ onNewVersion: 'refuse', onUndecided: 'pause', steps: steps([], { holdBack: '10%' }) },
    gates: [{ ...errors, startPeriod: '3s' }],
  },
  {
    onNewVersion: 'queue',
    steps: [canary('10%', { minDuration: '5s' }), canary('50%'), { bake: { duration: '10s' } }],
    gates: [errors, { name: SOURCE, metric: 'http', url: 'https://judge.example', interval: '1s' }],
    consecutiveErrors: SILENT_AFTER,
    freeze: [{ cron: '* * * * *', duration: `${FROZEN_MS / 1_000}s` }],
  },
  {
    ...{ onNewVersion: 'supersede', gates: [errors] },
    steps: [
      ring(['staff'], '40%', { minDuration: '5s' }),
      ring(['pilots'], '100%'),
      canary('25%'),
      { bake: { duration: '10s', holdBack: '10%' } },
    ],
  },
].map((more, i) => ({ name: `policy-${i}`, promoteWhen: 'notFailed', ...more }));
