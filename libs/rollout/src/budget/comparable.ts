import { ALL } from '#libs/kernel';
import { isRing } from '../decide/rings.ts';
import { type Gate, isRelative } from '../policy/gates/gates.ts';
import { type Policy } from '../policy/policy.ts';
import { type Step } from '../policy/steps.ts';
import { isJudgedIn } from './error-budget.ts';

type Steps = Pick<Policy, 'steps'>;

/**
 * Can a gate say anything in a step at all, by the policy alone? It must be judged there, and have something to be compared with: a canary of
 * everybody is compared with the primary as it was in an earlier step that had all callers, and where there is none, with nothing.
 * @param stepIndex a step of the policy
 */
export function canSpeakIn({ steps }: Steps, gate: Gate, stepIndex: number): boolean {
  const step = steps[stepIndex];
  if (step === undefined || !isJudgedIn(gate, step)) return false;
  if (step.kind !== 'canary' || isRing(step) || step.weight < ALL || !isRelative(gate)) return true;
  return steps
    .slice(0, stepIndex)
    .some((one) => one.kind === 'shadow' || (one.kind === 'canary' && !isRing(one)));
}

/** The steps before promotion in which a gate can say something, in order. */
export const speaksIn = (policy: Steps, gate: Gate): readonly number[] =>
  policy.steps.flatMap((step, i) => (step.kind !== 'bake' && canSpeakIn(policy, gate, i) ? [i] : []));

/** A gate that looks at nothing before promotion, though it was asked to. */
export interface MuteGate {
  readonly gate: Gate;
  /** Index in the policy. */
  readonly at: number;
  readonly because: string;
}

/**
 * Gates that can say nothing before promotion, in the policy's order: by minima alone a version would be promoted without their having looked
 * at it. Those that the policy asks in its bake only are none of them.
 */
export const muteGates = (policy: Pick<Policy, 'steps' | 'gates'>): readonly MuteGate[] =>
  policy.gates.flatMap((gate, at) => {
    if (gate.dryRun || speaksIn(policy, gate).length > 0) return [];
    const asked = policy.steps.filter((step) => isAskedIn(gate, step));
    if (asked.length === 0)
      return [{ gate, at, because: `no step of the policy is one of ${gate.in.join(', ')}` }];
    return asked.every(({ kind }) => kind === 'bake') ? [] : [{ gate, at, because: NOTHING_TO_COMPARE }];
  });

const isAskedIn = (gate: Gate, { kind }: Step): boolean => (gate.in as readonly string[]).includes(kind);

const NOTHING_TO_COMPARE =
  'in no step of the policy is there anything to compare the version with; a shadow, or a canary of everybody of less than 100%, would have to come first';
