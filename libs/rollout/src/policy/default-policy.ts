/** The policy of a model that names none. */
export const DEFAULT_POLICY_DOCUMENT = {
  name: 'default',
  steps: [
    { checks: {} },
    { shadow: { sample: '100%', minRequests: 500, maxDuration: '30m' } },
    { canary: { weight: '1%', minRequests: 50, minDuration: '1m', maxDuration: '1h' } },
    { canary: { weight: '10%', minRequests: 200, minDuration: '1m', maxDuration: '2h' } },
    { canary: { weight: '50%', minRequests: 1000, minDuration: '1m', maxDuration: '2h' } },
    { bake: { duration: '10m' } },
  ],
  gates: [
    { metric: 'agreement', in: ['shadow'], min: 0.9 },
    { metric: 'error_rate', maxIncrease: { points: 0.01, ratio: 5 } },
    { metric: 'latency_p95', maxIncreaseRatio: 1.25 },
  ],
  onUndecided: 'pause',
  onNoData: 'pause',
  alpha: 0.05,
  promoteWhen: 'proven',
  first: 'promote',
} as const;

/** The policy of an admin's `promote` and `rollback`: no step, no gate, at once when it is deployed. */
export const AT_ONCE_POLICY_DOCUMENT = {
  name: 'at-once',
  steps: [],
  gates: [],
  promoteWhen: 'notFailed',
  // An admin's word waits for nobody.
  dependencies: 'ignore',
} as const;
