import { formatDuration, formatPercent, type Instant } from '#libs/kernel';
import { NO_STEP_EVIDENCE, type Evidence } from './evidence.ts';
import { judgeGates, type GateVerdict } from './judge-gates.ts';
import type { Policy, Step } from './policy.ts';
import { isLive, type RolloutState } from './states.ts';

/** All that a decision may look at, but for the evidence and the time. */
export interface RolloutView {
  readonly state: RolloutState;
  /** Index into the policy's steps; meaningless while `pending`. */
  readonly stepIndex: number;
  /** When every live gateway had acknowledged this step's route; `null` until then. */
  readonly stepStartedAt: Instant | null;
  readonly policy: Policy;
  /** Is there a primary to be compared with? A model's first version has none. */
  readonly hasPrimary: boolean;
  readonly deployment: { readonly state: 'starting' | 'ready' | 'failed'; readonly message: string };
}

/** What to do next: data, with its reasons and the verdicts behind it. */
export type Decision = { readonly because: string; readonly verdicts: readonly GateVerdict[] } & (
  | { readonly kind: 'hold' }
  /** Go to this step; an index past the last step ends the rollout as succeeded. */
  | { readonly kind: 'advance'; readonly toStep: number }
  | { readonly kind: 'promote' }
  | { readonly kind: 'rollback' }
  | { readonly kind: 'pause' }
);

/**
 * The heart: what should happen to this rollout now? Pure; asking again with the same arguments
 * gives the same answer. `fail` rolls back at once, whatever the step; nothing passes without data.
 */
export function decide(rollout: RolloutView, evidence: Evidence, now: Instant): Decision {
  const { state, policy, stepIndex, deployment } = rollout;
  if (!isLive(state)) return hold(`the rollout is ${state}`);
  if (deployment.state === 'failed')
    return { kind: 'rollback', because: `the version does not run: ${deployment.message}`, verdicts: [] };
  if (state === 'pending') return decidePending(rollout);

  const step = policy.steps[stepIndex];
  if (!step) return hold(`the policy has no step ${stepIndex}`);
  const elapsed = rollout.stepStartedAt === null ? 0 : now - rollout.stepStartedAt;
  const verdicts = judgeGates(policy, stepIndex, evidence, elapsed);
  const failed = verdicts.find((v) => v.verdict === 'fail');
  if (failed) return { kind: 'rollback', because: `${failed.gate}: ${failed.because}`, verdicts };
  // Harm is acted on even while a person has the say; everything else waits for them.
  if (state === 'paused' || state === 'awaiting_approval')
    return hold(`the rollout is ${state}; a person goes on`, verdicts);
  if (rollout.stepStartedAt === null)
    return hold('waiting until the gateways have acknowledged the route', verdicts);

  if (step.kind === 'bake') {
    if (elapsed < step.durationMs)
      return hold(`baking, ${formatDuration(step.durationMs - elapsed)} left`, verdicts);
    return {
      kind: 'advance',
      toStep: stepIndex + 1,
      because: `no harm was found in ${formatDuration(step.durationMs)} of bake`,
      verdicts,
    };
  }
  const lacking = whatIsLacking(rollout, step, verdicts, evidence, elapsed);
  if (lacking === null) return goOn(policy, stepIndex, verdicts);
  if (elapsed < step.maxDurationMs) return hold(lacking, verdicts);
  return outOfTime(policy, step, evidence, stepIndex, verdicts, lacking);
}

function hold(because: string, verdicts: readonly GateVerdict[] = []): Decision {
  return { kind: 'hold', because, verdicts };
}

function decidePending({ policy, hasPrimary, deployment }: RolloutView): Decision {
  if (deployment.state === 'starting')
    return hold(`waiting until the version is ready: ${deployment.message}`);
  if (!hasPrimary)
    return {
      kind: 'promote',
      because: 'the first version of a model has nothing to be compared with',
      verdicts: [],
    };
  const first = policy.steps[0];
  if (!first || first.kind === 'bake')
    return {
      kind: 'promote',
      because: `policy "${policy.name}" asks for nothing before promotion`,
      verdicts: [],
    };
  return { kind: 'advance', toStep: 0, because: 'the version is deployed and ready', verdicts: [] };
}

/** Why the step cannot end yet, in words; `null` when it can. */
function whatIsLacking(
  rollout: RolloutView,
  step: Exclude<Step, { kind: 'bake' }>,
  verdicts: readonly GateVerdict[],
  evidence: Evidence,
  elapsed: number,
): string | null {
  const seen = requestsSeen(step, rollout.stepIndex, evidence);
  if (seen < step.minRequests) return `${seen} of ${step.minRequests} requests seen`;
  if (elapsed < step.minDurationMs)
    return `${formatDuration(step.minDurationMs - elapsed)} of the least duration left`;
  if (rollout.policy.promoteWhen === 'notFailed') return null;
  // A gate must have passed before the rollout leaves the last step in which it is judged:
  // after that nothing could prove it any more.
  const later = new Set(rollout.policy.steps.slice(rollout.stepIndex + 1).map((s) => s.kind));
  later.delete('bake');
  const unproven = verdicts.find((v) => {
    const gate = rollout.policy.gates.find((g) => g.metric === v.gate);
    return v.verdict !== 'pass' && gate !== undefined && !gate.in.some((kind) => later.has(kind));
  });
  return unproven ? `${unproven.gate} is not proven yet: ${unproven.because}` : null;
}

function requestsSeen(step: Step, stepIndex: number, evidence: Evidence): number {
  const here = evidence[stepIndex] ?? NO_STEP_EVIDENCE;
  return step.kind === 'shadow' ? here.shadow.compared : here.candidate.requests;
}

function goOn(policy: Policy, stepIndex: number, verdicts: readonly GateVerdict[]): Decision {
  const next = policy.steps[stepIndex + 1];
  if (!next || next.kind === 'bake') {
    const proven =
      policy.promoteWhen === 'proven' ? 'every gate has passed' : 'no gate has failed and the minima are met';
    return { kind: 'promote', because: proven, verdicts };
  }
  const goal = next.kind === 'canary' ? `canary at ${formatPercent(next.weight)}` : 'the next shadow';
  return {
    kind: 'advance',
    toStep: stepIndex + 1,
    because: `no gate has failed and the minima are met; on to ${goal}`,
    verdicts,
  };
}

/** `maxDuration` is over: the policy says what happens, and it is never a silent pass. */
function outOfTime(
  policy: Policy,
  step: Exclude<Step, { kind: 'bake' }>,
  evidence: Evidence,
  stepIndex: number,
  verdicts: readonly GateVerdict[],
  lacking: string,
): Decision {
  const noData =
    requestsSeen(step, stepIndex, evidence) === 0 || verdicts.some((v) => v.verdict === 'no_data');
  const because = `${formatDuration(step.maxDurationMs)} are over and ${lacking}`;
  return { kind: noData ? policy.onNoData : policy.onUndecided, because, verdicts };
}
