import { formatInstant, type Instant } from '#libs/kernel';
import { HISTOGRAM, totalOf } from '#libs/stats';
import { mostFrequent } from '../evidence/in-words.ts';
import { NO_STEP_EVIDENCE, type Arms, type Evidence } from '../evidence/evidence.ts';
import { faultOf, type GateVerdict } from '../judge/judge-gates.ts';
import { blindSoFar, OUTPUT_SPEC_VERDICT } from '../judge/judge-readings.ts';
import { SERVED_VERDICT, unservedSoFar } from '../judge/judge-served.ts';
import { muteGates, speaksIn } from '../budget/comparable.ts';
import { isJudgedIn } from '../budget/error-budget.ts';
import type { Policy } from '../policy/policy.ts';
import type { Step } from '../policy/steps.ts';
import { isRing, uncountedRings } from './rings.ts';
import { isSilent, requestsSeen, unheardSource } from '../evidence/source-word.ts';
import { startPeriodOf } from './start-period.ts';

type Earning = Extract<Step, { kind: 'shadow' | 'canary' }>;

/**
 * Why a shadow or canary step cannot end yet, in words; `null` when it can.
 * @param accepted faults of the evidence (`faultOf`) that a person has gone on in spite of: they are not waited for
 */
export function unmetMinimums(
  policy: Policy,
  stepIndex: number,
  step: Earning,
  verdicts: readonly GateVerdict[],
  evidence: Evidence,
  elapsedMs: number,
  now: Instant,
  accepted: ReadonlySet<string> = new Set(),
): string | null {
  const seen = requestsSeen(step, evidence[stepIndex]);
  if (seen < step.minRequests) return tooFew(policy, step, stepIndex, evidence);
  const blind = accepted.has(OUTPUT_SPEC_VERDICT) ? null : blindSoFar(stepIndex, evidence);
  const unserved = accepted.has(SERVED_VERDICT) ? null : unservedSoFar(step, stepIndex, evidence);
  const unseen = blind ?? unserved;
  if (unseen !== null) return unseen;
  if (elapsedMs < step.minDurationMs)
    return `the least duration is over at ${formatInstant(now + step.minDurationMs - elapsedMs)}`;
  const early = startPeriodLeft(policy, step, elapsedMs, now);
  if (early !== null) return early;
  // A person who reads "promoted" takes it that the source was asked, by either rule.
  const unheard = unheardSource(policy, stepIndex, evidence);
  if (unheard !== null) return unheard;
  // A gate must have passed before the rollout leaves the last step in which it can say anything:
  // after that nothing could prove it any more.
  const unproven = verdicts.find((v) => {
    const gate = policy.gates.find((g) => g.name === v.gate);
    const isDue = gate !== undefined && speaksIn(policy, gate).at(-1) === stepIndex;
    const isEnough = v.verdict === 'pass' || (policy.promoteWhen === 'notFailed' && v.verdict !== 'no_data');
    const isAccepted = v.verdict === 'fail' && v.onFail === 'pause' && accepted.has(faultOf(v));
    return !isEnough && !isAccepted && v.segment === null && !v.dryRun && isDue;
  });
  if (unproven) return `${unproven.gate} is not proven yet: ${unproven.because}`;
  return isLastBeforePromotion(policy, stepIndex) ? whoNeverSpeaks(policy) : null;
}

const isLastBeforePromotion = ({ steps }: Policy, stepIndex: number): boolean =>
  steps.every((step, i) => i <= stepIndex || (step.kind !== 'shadow' && step.kind !== 'canary'));

/** No minima stand in for a gate that has looked at nothing, by either rule. In words; `null`: each can say something before promotion. */
function whoNeverSpeaks(policy: Policy): string | null {
  const mute = muteGates(policy)[0];
  return mute === undefined ? null : `${mute.gate.name} has looked at nothing: ${mute.because}`;
}

/** Which gate may not act on harm yet, in words; `null`: all may. A step that ended before would walk past harm that is proven. */
function startPeriodLeft(policy: Policy, step: Step, elapsedMs: number, now: Instant): string | null {
  const longest = policy.gates
    .filter((gate) => !gate.dryRun && isJudgedIn(gate, step))
    .map((gate) => ({ name: gate.name, ms: startPeriodOf(gate, step, false) }))
    .sort((a, b) => b.ms - a.ms)[0];
  if (longest === undefined || elapsedMs >= longest.ms) return null;
  return `the start period of ${longest.name} is over at ${formatInstant(now + longest.ms - elapsedMs)}`;
}

/** What was seen, and what was not for a reason that is worth knowing: nobody waits in silence for what never comes. */
function tooFew(policy: Policy, step: Earning, stepIndex: number, evidence: Evidence): string {
  const { primary, candidate, shadow } = evidence[stepIndex] ?? NO_STEP_EVIDENCE;
  const seen = requestsSeen(step, evidence[stepIndex]);
  const early = (evidence[stepIndex]?.start ?? []).reduce((sum, part) => sum + earlyOf(step, part), 0);
  if (seen === 0 && early > 0)
    return `0 of ${step.minRequests} requests seen; ${early} in the start period do not count`;
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
  const whose = isRing(step)
    ? `; only requests of ${step.ring.join(', ')} count`
    : exceptRings(policy, stepIndex, seen + primary.requests === 0);
  const told = why === '' ? whose : `${whose}; ${totalOf(ours)} more went to the primary: ${why}`;
  return `${seen} of ${step.minRequests} requests seen${told}`;
}

/** @param isNobody nothing has been counted in either arm */
function exceptRings(policy: Policy, stepIndex: number, isNobody: boolean): string {
  const rings = uncountedRings(policy, stepIndex).join(', ');
  if (rings === '') return '';
  const others = isNobody
    ? `, and nobody else has called: where ${rings} holds all callers, nobody is left to count`
    : '';
  return `; requests of ${rings} do not count, since members keep what their ring had${others}`;
}

const earlyOf = (step: Earning, { shadow, candidate }: Arms): number =>
  step.kind === 'shadow' ? shadow.compared : candidate.requests;

/** Reasons for which the primary answered, and that say nothing about the candidate: such a request is in no arm. */
const UNCOUNTED = new Set(['over_limit', 'too_large', 'no_memory', 'tripped']);

/** Is it for want of data that the step cannot end? */
export function noDataIn(
  policy: Policy,
  stepIndex: number,
  step: Earning,
  verdicts: readonly GateVerdict[],
  evidence: Evidence,
): boolean {
  return (
    (step.minRequests > 0 && requestsSeen(step, evidence[stepIndex]) === 0) ||
    isSilent(policy, stepIndex, evidence) ||
    muteGates(policy).length > 0 ||
    verdicts.some((v) => v.verdict === 'no_data' && v.segment === null && !v.dryRun)
  );
}
