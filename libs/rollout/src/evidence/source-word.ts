import { isJudgedIn } from '../budget/error-budget.ts';
import {
  NO_STEP_EVIDENCE,
  type Behind,
  type Evidence,
  type SourceReading,
  type StepEvidence,
} from './evidence.ts';
import { isSourceGate, type Gate, type SourceGate } from '../policy/gates/gates.ts';
import { type Policy } from '../policy/policy.ts';
import { type Step } from '../policy/steps.ts';

/**
 * What a step must have behind it when a metric source is asked, before the answer can end the step: a word given when
 * next to nobody had met the candidate says nothing about it. `null`: the step sends no traffic of its own.
 */
export function leastBehind(step: Step): Behind | null {
  switch (step.kind) {
    case 'shadow':
    case 'canary':
      return { stepMs: step.minDurationMs, requests: step.minRequests };
    case 'bake':
      return { stepMs: step.durationMs, requests: 0 };
    case 'checks':
    case 'approval':
      return null;
  }
}

export const hasBehind = (behind: Behind | undefined, least: Behind): boolean =>
  behind !== undefined && behind.stepMs >= least.stepMs && behind.requests >= least.requests;

/** Requests that count towards a step's minima: compared copies, the candidate's own, the new primary's. */
export function requestsSeen(step: Pick<Step, 'kind'>, here: StepEvidence = NO_STEP_EVIDENCE): number {
  if (step.kind === 'shadow') return here.shadow.compared;
  return step.kind === 'bake' ? here.primary.requests : here.candidate.requests;
}

/** Why a source's last word cannot end the step, in words; `null`: it can. */
export function unheardOf(reading: SourceReading | undefined, step: Step): string | null {
  if (!reading) return 'the source has not been asked yet';
  if (reading.outcome === null)
    return reading.consecutiveErrors > 0
      ? `the source has not answered yet: ${reading.because}`
      : `the source knows nothing: ${reading.because}`;
  if (reading.consecutiveErrors > 0)
    return `the source did not answer ${reading.consecutiveErrors} times in a row: ${reading.because}`;
  if (reading.outcome === 'fail') return `${reading.because}; a bad reading is no last word`;
  const least = leastBehind(step);
  if (least === null || hasBehind(reading.asked, least)) return null;
  return `${reading.because}; it was asked before the step had its minima behind it, and is asked again then`;
}

/** The first source of a step whose word is missing, failed to come, or is too old to end it; in words, or `null`. */
export function unheardSource(policy: Policy, stepIndex: number, evidence: Evidence): string | null {
  const step = policy.steps[stepIndex];
  if (!step) return null;
  for (const gate of sourcesIn(policy, step).filter(({ dryRun }) => !dryRun)) {
    const why = unheardOf(evidence[stepIndex]?.sources[gate.name], step);
    if (why !== null) return `${gate.name} says nothing about this step yet: ${why}`;
  }
  return null;
}

/** Is there a source of the step that has said nothing, or that gives no answer by now? */
export function isSilent(policy: Policy, stepIndex: number, evidence: Evidence): boolean {
  const step = policy.steps[stepIndex];
  const readings = evidence[stepIndex]?.sources ?? {};
  return (
    step !== undefined &&
    sourcesIn(policy, step).some(({ name, dryRun }) => {
      const reading = readings[name];
      return !dryRun && (!reading || reading.outcome === null || reading.consecutiveErrors > 0);
    })
  );
}

/** The sources to ask at once, whatever their interval: the step has its minima behind it, and their word is from before. */
export function sourcesToAsk(
  policy: Policy,
  stepIndex: number,
  evidence: Evidence,
  behind: Behind,
): readonly string[] {
  const step = policy.steps[stepIndex];
  const least = step ? leastBehind(step) : null;
  if (!step || !least || !hasBehind(behind, least)) return [];
  const readings = evidence[stepIndex]?.sources ?? {};
  return sourcesIn(policy, step)
    .map(({ name }) => name)
    .filter((name) => {
      const reading = readings[name];
      // One that gives no answer is asked again at its own pace.
      return reading !== undefined && reading.consecutiveErrors === 0 && !hasBehind(reading.asked, least);
    });
}

/** The gates with a source that are judged in a step. */
export const sourcesIn = (policy: Policy, step: Step): readonly SourceGate[] =>
  policy.gates.filter((gate: Gate): gate is SourceGate => isSourceGate(gate) && isJudgedIn(gate, step));
