import { expect, it } from '@jest/globals';
import type { Rollout } from './queries.ts';
import { consequenceOf } from './words.ts';

const rollout = {
  version: 3,
  from: 1,
  policy: { steps: [{ canary: { weight: '25%' } }, { approval: {} }, { canary: { weight: '50%' } }] },
  step: { index: 1, kind: 'approval' },
  approvals: [
    { step: 0, by: 'oidc:old' },
    { step: 1, by: 'oidc:ann' },
  ],
  verdicts: [
    { gate: 'error_rate', verdict: 'pass', dryRun: false },
    { gate: 'latency_p95', verdict: 'undecided', dryRun: false },
    { gate: 'latency_p95', verdict: 'undecided', dryRun: false },
    { gate: 'shown only', verdict: 'fail', dryRun: true },
  ],
} as unknown as Rollout;

it('an approver is told who has approved this step, what the gates say, and what comes next', () => {
  expect(consequenceOf('approve', rollout)).toBe(
    'Approved by oidc:ann. Gates within its margin: error_rate; not sure yet: latency_p95. Once enough people have approved, it goes on to “canary 50%”.',
  );
  const last = { ...rollout, step: { index: 2, kind: 'approval' }, verdicts: [] } as unknown as Rollout;
  expect(consequenceOf('approve', last)).toBe(
    'Nobody has approved yet. No gate has been judged. Once enough people have approved, version 3 becomes primary.',
  );
});
