import { expect, it } from '@jest/globals';
import { DomainError } from '#libs/kernel';
import { parsePolicy } from '#libs/rollout';
import { assertPriced } from './prices.ts';

const RATIO = { metric: 'cost_mean', maxIncreaseRatio: 1.2 };
const AMOUNT = { metric: 'cost_mean', maxIncrease: 0.001 };
const ERRORS = { metric: 'error_rate', maxIncrease: 0.01 };
const some = { input: 1, output: 1 };
const none = { input: 0, output: 0 };

const refusal = (gates: readonly object[], primary: object | null): unknown => {
  const policy = parsePolicy({
    name: 'money',
    steps: [{ canary: { weight: '10%', minRequests: 100, maxDuration: '1h' } }],
    gates: gates.map((gate, i) => ({ name: `gate-${i}`, ...gate })),
  });
  const versions = { 2: some, ...(primary === null ? {} : { 1: primary as typeof some }) };
  try {
    assertPriced(policy, { name: 'm', prices: { usual: null, versions } }, [2, 1]);
    return null;
  } catch (error) {
    return error instanceof DomainError ? [error.code, error.errors[0]?.pointer] : error;
  }
};

it.each([
  ['no gate on money', [ERRORS], null, null],
  ['a price for each', [RATIO], some, null],
  ['no price of the primary', [ERRORS, AMOUNT], null, ['prices_missing', '/policy/gates/1']],
  ['a multiple of nothing', [RATIO], none, ['price_of_nothing', '/policy/gates/0']],
  ['an amount above nothing', [AMOUNT], none, null],
  ['a multiple of nothing, behind an amount', [AMOUNT, RATIO], none, ['price_of_nothing', '/policy/gates/1']],
])('%s', (_name, gates, primary, expected) => {
  expect(refusal(gates, primary)).toEqual(expected);
});
