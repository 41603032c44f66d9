import type { Policy } from '../policy/policy.ts';
import type { RolloutState } from './states.ts';

/** What a person may do to a rollout. */
export const ACTIONS = ['pause', 'resume', 'approve', 'reject', 'skip', 'promote', 'abort', 'retry'] as const;
export type Action = (typeof ACTIONS)[number];

/**
 * The actions that make sense for a rollout now. `skip` ends one step, `promote` all that are left;
 * neither jumps over an approval: that takes an approver, or an admin's own promote.
 */
export function legalActions(rollout: {
  readonly state: RolloutState;
  readonly stepIndex: number;
  readonly policy: Policy;
}): readonly Action[] {
  const { state, stepIndex, policy } = rollout;
  const step = policy.steps[stepIndex];
  const approvalAhead = policy.steps.some((s, i) => s.kind === 'approval' && i > stepIndex);
  const promote: readonly Action[] = approvalAhead ? [] : ['promote'];
  switch (state) {
    case 'pending':
      return ['abort'];
    case 'running':
      return ['pause', ...(step?.kind === 'checks' ? [] : (['skip'] as const)), ...promote, 'abort'];
    case 'paused':
      return step?.kind === 'approval'
        ? ['resume', 'reject', 'abort']
        : ['resume', 'skip', ...promote, 'abort'];
    case 'awaiting_approval':
      return ['approve', 'reject', 'abort'];
    case 'baking':
      return ['skip', 'abort'];
    case 'succeeded':
      return [];
    case 'rolled_back':
    case 'aborted':
    case 'superseded':
      return ['retry'];
  }
}
