import { formatPercent } from '#libs/kernel';
import type { Decision } from './decision.ts';
import type { GateVerdict } from '../judge/judge-gates.ts';
import type { Policy } from '../policy/policy.ts';
import type { Step } from '../policy/steps.ts';
import { describeRing, isRing } from './rings.ts';

/** Where a rollout stands, as far as the way from there depends on it. */
export interface Standing {
  readonly policy: Policy;
  /** -1: before the first step. */
  readonly stepIndex: number;
  readonly hasPrimary: boolean;
}

/** What comes after the present step: the next step, or promotion when only bake is left. */
export function nextTransition(
  { policy, stepIndex, hasPrimary }: Standing,
  because: string,
  verdicts: readonly GateVerdict[],
): Decision {
  const toStep = hasPrimary ? stepIndex + 1 : nextOfFirst(policy, stepIndex);
  const next = policy.steps[toStep];
  if (next && next.kind !== 'bake')
    return { kind: 'advance', toStep, because: `${because}; on to ${describeStep(next)}`, verdicts };
  if (!hasPrimary)
    return {
      kind: 'promote',
      because: `${because}; the first version of a model has nothing to be compared with`,
      verdicts,
    };
  const judging = verdicts.filter((one) => !one.dryRun);
  const isProven = judging.length > 0 && judging.every((one) => one.verdict === 'pass');
  const proven = isProven && policy.promoteWhen === 'proven' ? '; every gate has passed' : '';
  return { kind: 'promote', because: because + proven, verdicts };
}

/** A first version goes through the checks, and through the approval when `first` asks for it. */
function nextOfFirst(policy: Policy, stepIndex: number): number {
  const wanted: Step['kind'][] = policy.first === 'approval' ? ['checks', 'approval'] : ['checks'];
  const next = policy.steps.findIndex((step, i) => i > stepIndex && wanted.includes(step.kind));
  return next === -1 ? policy.steps.length : next;
}

/** A step in a few words. */
export function describeStep(step: Step): string {
  switch (step.kind) {
    case 'checks':
      return 'the checks';
    case 'shadow':
      return `shadow of ${formatPercent(step.sample)}`;
    case 'canary':
      return isRing(step) ? `canary for ${describeRing(step)}` : `canary at ${formatPercent(step.weight)}`;
    case 'approval':
      return step.approvers === 1 ? 'an approval' : `${step.approvers} approvals`;
    case 'bake':
      return 'bake';
  }
}

/** Does this decision send callers, or copies of their requests, where they do not go yet? */
export function sendsCallers(
  decision: Pick<Decision, 'kind'> & { readonly toStep?: number },
  policy: Policy,
): boolean {
  if (decision.kind === 'promote') return true;
  const step = decision.kind === 'advance' ? policy.steps[decision.toStep ?? -1] : undefined;
  return step?.kind === 'shadow' || step?.kind === 'canary';
}
