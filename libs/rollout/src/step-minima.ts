import { formatInstant, type Instant } from '#libs/kernel';
import { HISTOGRAM, totalOf } from '#libs/stats';
import { mostFrequent } from './in-words.ts';
import { NO_STEP_EVIDENCE, type Evidence } from './evidence.ts';
import type { GateVerdict } from './judge-gates.ts';
import { blindSoFar } from './judge-readings.ts';
import { unservedSoFar } from './judge-served.ts';
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
  if (seen < step.minRequests) return tooFew(step, stepIndex, evidence);
  const blind = blindSoFar(stepIndex, evidence) ?? unservedSoFar(step, stepIndex, evidence);
  if (blind !== null) return blind;
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

/** What was seen, and what was not for a reason that is worth knowing: nobody waits in silence for what never comes. */
function tooFew(step: Earning, stepIndex: number, evidence: Evidence): string {
  const { primary, candidate, shadow } = evidence[stepIndex] ?? NO_STEP_EVIDENCE;
  const seen = requestsSeen(step, stepIndex, evidence);
  if (step.kind === 'shadow') {
    const others = shadow.requests - shadow.compared;
    if (others === 0) return `${seen} of ${step.minRequests} requests seen`;
    const notRead = mostFrequent(primary.histograms[HISTOGRAM.notRead]);
    const why =
      notRead === ''
        ? "the primary's answer refuses or is not read"
        : `the primary's answer is not read: ${notRead}`;
    return `${seen} of ${step.minRequests} compared; ${others} could not be: ${why}`;
  }
  const replaced = candidate.histograms[HISTOGRAM.replaced] ?? {};
  const ours = Object.fromEntries(Object.entries(replaced).filter(([reason]) => UNCOUNTED.has(reason)));
  const why = mostFrequent(ours);
  const told = why === '' ? '' : `; ${totalOf(ours)} more went to the primary: ${why}`;
  return `${seen} of ${step.minRequests} requests seen${told}`;
}

/** Reasons for which the primary answered, and that say nothing about the candidate: such a request is in no arm. */
const UNCOUNTED = new Set(['over_limit', 'too_large', 'no_memory', 'tripped']);

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
