import type { Decision } from './decision.ts';
import { nextTransition } from './next-transition.ts';
import type { Policy } from '../policy/policy.ts';
import type { RolloutState } from './states.ts';

/** What a person may do to a rollout. */
export const ACTIONS = ['pause', 'resume', 'approve', 'reject', 'skip', 'promote', 'abort', 'retry'] as const;
export type Action = (typeof ACTIONS)[number];

/** A rollout, as far as what may be done to it follows from itself. */
export interface Actable {
  readonly state: RolloutState;
  readonly stepIndex: number;
  readonly policy: Policy;
  /** The primary before it; `null`: it is the model's first. */
  readonly from: number | null;
}

/**
 * The actions that make sense for a rollout in its state. `skip` ends one step, `promote` all that are left;
 * neither jumps over an approval: that takes an approver, or an admin's own promote. What else is known to stand in the
 * way of one of them is for the engine's `possibleActions`.
 */
export function legalActions({ state, stepIndex, policy }: Omit<Actable, 'from'>): readonly Action[] {
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

/** What `skip` or `promote` of a rollout comes to. @param because in words, for the record */
export function hurried(
  { state, stepIndex, policy, from }: Actable,
  action: 'skip' | 'promote',
  because: string,
): Decision {
  if (state === 'baking') return { kind: 'advance', toStep: policy.steps.length, because, verdicts: [] };
  if (action === 'promote') return { kind: 'promote', because, verdicts: [] };
  return { ...nextTransition({ policy, stepIndex, hasPrimary: from !== null }, because, []), because };
}
