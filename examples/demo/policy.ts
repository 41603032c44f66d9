/** The steps of a real release with the waiting taken out, so that the story fits into minutes. Of a short bake `pause` makes one that waits for its callers. */
export const DEMO_POLICY = {
  name: 'demo',
  steps: [
    { checks: { golden: 'required', warmup: { requests: 30 } } },
    { shadow: { sample: '40%', minRequests: 300, maxDuration: '3m' } },
    { canary: { weight: '1%', minRequests: 5, minDuration: '2s', maxDuration: '3m' } },
    { canary: { weight: '10%', minRequests: 50, minDuration: '2s', maxDuration: '3m' } },
    { canary: { weight: '50%', minRequests: 500, minDuration: '2s', maxDuration: '3m' } },
    { bake: { duration: '5s' } },
  ],
  gates: [
    { metric: 'agreement', min: 0.8 },
    { metric: 'error_rate', maxIncrease: 0.02, startPeriod: '1s' },
    { metric: 'latency_p95', maxIncrease: 250, startPeriod: '2s' },
  ],
  onUndecided: 'pause',
  onNoData: 'pause',
};
