import { formatInstant, type Instant } from '#libs/kernel';
import { NO_STEP_EVIDENCE, type Evidence } from './evidence.ts';
import type { GateVerdict } from './judge-gates.ts';
import { isJudgedIn } from './error-budget.ts';
import type { Policy, Step } from './policy.ts';

type Earning = Extract<Step, { kind: 'shadow' | 'canary' }>;

/** Why a shadow or canary step cannot end yet, in words; `null` when it can. */
export function whatIsLacking(
  policy: Policy,
  stepIndex: number,
  step: Earning,
  verdicts: readonly GateVerdict[],
  evidence: Evidence,
  elapsedMs: number,
  now: Instant,
): string | null {
  const seen = requestsSeen(step, stepIndex, evidence);
  if (seen < step.minRequests) return `${seen} of ${step.minRequests} requests seen`;
  if (elapsedMs < step.minDurationMs)
    return `the least duration is over at ${formatInstant(now + step.minDurationMs - elapsedMs)}`;
  if (policy.promoteWhen === 'notFailed') return null;
  // A gate must have passed before the rollout leaves the last step in which it is judged:
  // after that nothing could prove it any more.
  const later = policy.steps.slice(stepIndex + 1).filter(({ kind }) => kind !== 'bake');
  const unproven = verdicts.find((v) => {
    const gate = policy.gates.find((g) => g.name === v.gate);
    const judgedLater = gate === undefined || later.some((next) => isJudgedIn(gate, next));
    return v.verdict !== 'pass' && v.segment === null && !v.dryRun && !judgedLater;
  });
  return unproven ? `${unproven.gate} is not proven yet: ${unproven.because}` : null;
}

/** Is it for want of data that the step cannot end? */
export function noDataIn(
  stepIndex: number,
  step: Earning,
  verdicts: readonly GateVerdict[],
  evidence: Evidence,
): boolean {
  return (
    requestsSeen(step, stepIndex, evidence) === 0 ||
    verdicts.some((v) => v.verdict === 'no_data' && v.segment === null && !v.dryRun)
  );
}

/** Requests that count towards `minRequests`: compared copies, or the candidate's own. */
function requestsSeen(step: Earning, stepIndex: number, evidence: Evidence): number {
  const here = evidence[stepIndex] ?? NO_STEP_EVIDENCE;
  return step.kind === 'shadow' ? here.shadow.compared : here.candidate.requests;
}
