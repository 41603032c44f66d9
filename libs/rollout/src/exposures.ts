import { NO_MOMENTS, sumOf, type Rate, type Tally } from '#libs/stats';
import type { Evidence } from './evidence.ts';
import type { EvidenceGate, Step } from './policy.ts';
import { startPeriodOf } from './start-period.ts';

type FeedbackGate = Extract<EvidenceGate, { metric: 'feedback' }>;

/** The window takes at most this part of the longest time that a step may last, so that something is closed within it. */
const MOST_OF_STEP = 0.25;

/** How long after an answer its feedback is waited for, in ms. */
const windowOf = (gate: FeedbackGate, step: Step): number =>
  step.kind === 'shadow' || step.kind === 'canary'
    ? Math.min(gate.windowMs, MOST_OF_STEP * step.maxDurationMs)
    : step.kind === 'bake'
      ? Math.min(gate.windowMs, MOST_OF_STEP * step.durationMs)
      : gate.windowMs;

/**
 * Do callers report only what has happened (clicks), and not what has not? Then a proportion is over the answers that an arm gave. Where
 * somebody has sent a 0, on either arm, it is over what was reported, since who reports both may report of a sample only.
 */
export function reportsOnlyOnes(evidence: Evidence, name: string): boolean {
  return Object.values(evidence).every((step) =>
    [step.primary, step.candidate].every((arm) => {
      const moments = arm.measures[name] ?? NO_MOMENTS;
      return onesIn(arm, name) === moments.n;
    }),
  );
}

export const onesIn = (arm: Tally, name: string): number =>
  Math.max(0, Math.round(sumOf(arm.measures[name] ?? NO_MOMENTS)));

/**
 * The share of a step's answers that are older than the window, at least, with traffic that is even: 1 - window/T, where T is
 * the step's time so far, rounded down to the window times a power of two, so that time alone turns it at few instants only.
 */
export function closedShare(gate: FeedbackGate, step: Step, elapsedMs: number): number {
  const windowMs = windowOf(gate, step);
  const lasted = elapsedMs - startPeriodOf(gate, step, false);
  if (windowMs === 0 || lasted === Infinity) return 1;
  if (lasted < 2 * windowMs) return 0;
  return 1 - 1 / 2 ** Math.floor(Math.log2(lasted / windowMs));
}

/** The instants at which `closedShare` turns, in ms of the step's clock, up to a thousand times the window. */
export function closingTurns(gate: FeedbackGate, step: Step): readonly number[] {
  const windowMs = windowOf(gate, step);
  if (windowMs === 0) return [];
  return Array.from(
    { length: 10 },
    (_, i) => startPeriodOf(gate, step, false) + Math.ceil(windowMs * 2 ** (i + 1)),
  );
}

/**
 * Bad ones among the answers that an arm gave. For harm all of them: those whose feedback is still to come make both arms look
 * alike. For safety the closed ones only, with all that was reported: a difference then looks larger than it is, never smaller.
 */
export function overExposures(arm: Tally, name: string, worse: 'higher' | 'lower', closed: number): Rate {
  const trials = Math.floor(arm.requests * closed);
  const ones = Math.min(onesIn(arm, name), trials);
  return { successes: worse === 'higher' ? ones : trials - ones, trials };
}
