import { expect, it } from '@jest/globals';
import { forAttempt, shareOfAttempt, spentBefore } from './attempt-budget.ts';
import { DEFAULT_POLICY_DOCUMENT, parsePolicy } from '../index.ts';

it('spends less at every try, and never more than all of it', () => {
  let sum = 0;
  for (let k = 1; k <= 100_000; k++) {
    if (k > 1) expect(shareOfAttempt(k)).toBeLessThan(shareOfAttempt(k - 1));
    if (k <= 20) expect(spentBefore(k)).toBeCloseTo(sum, 12);
    sum += shareOfAttempt(k);
  }
  expect(sum).toBeLessThan(1);
  expect(sum).toBeGreaterThan(0.9999);
});

it('is of both error budgets, and a rollout of before has the whole of them', () => {
  const policy = parsePolicy({ ...DEFAULT_POLICY_DOCUMENT, alpha: 0.04, beta: 0.08 });
  expect(forAttempt(policy, 1)).toMatchObject({ alpha: 0.03, beta: 0.06 });
  expect(forAttempt(policy, 2).alpha).toBeCloseTo((0.01 * 6) / Math.PI ** 2, 12);
  expect(forAttempt(policy, null)).toBe(policy);
});
