import { expect, it } from '@jest/globals';
import { parsePolicy } from '#libs/rollout';
import { policyWarnings } from './abilities.ts';

const timed = { minRequests: 10, maxDuration: '1h' };
const policy = (percentage: string, ...weights: string[]) =>
  parsePolicy({
    name: 'p',
    steps: [
      { canary: { segment: 'staff', percentage, ...timed } },
      ...weights.map((weight) => ({ canary: { weight, ...timed } })),
    ],
    gates: [{ metric: 'error_rate', maxIncrease: 0.02 }],
  });
const warned = async (...of: Parameters<typeof policy>) =>
  (await policyWarnings({ read: async () => [], refusal: async () => null }, policy(...of))).map(
    ({ code, pointer }) => [code, pointer],
  );

it('whoever writes a policy whose ring does not count in later steps is told at which', async () => {
  expect(await warned('50%', '10%', '50%')).toEqual([['ring_not_counted', '/steps/1/canary']]);
  // Nobody has had more than everybody gets.
  expect(await warned('10%', '10%', '50%')).toEqual([]);
  expect(await warned('50%')).toEqual([]);
});
