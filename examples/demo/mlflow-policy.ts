import { DEMO_POLICY } from './policy.ts';

/** The demo's steps for servers of Python that share this machine with everything else: fewer requests, and room in time. */
export const MLFLOW_POLICY = {
  ...DEMO_POLICY,
  name: 'mlflow',
  steps: [
    { checks: {} },
    { shadow: { sample: '100%', minRequests: 150, maxDuration: '5m' } },
    { canary: { weight: '10%', minRequests: 20, minDuration: '2s', maxDuration: '5m' } },
    { canary: { weight: '50%', minRequests: 200, minDuration: '2s', maxDuration: '5m' } },
    { bake: { duration: '5s' } },
  ],
  gates: [
    { metric: 'agreement', min: 0.75 },
    { metric: 'error_rate', maxIncrease: 0.05, startPeriod: '1s' },
  ],
};
