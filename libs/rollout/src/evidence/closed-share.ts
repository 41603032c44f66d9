import { BLOCKED, eraOf, sliceEndSeconds, sliceOf, type Tally } from '#libs/stats';
import { startPeriodOf } from '../decide/start-period.ts';
import type { Step } from '../policy/steps.ts';
import type { FeedbackGate } from './exposures.ts';

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
 * The share of a step's answers that are older than the window, at least. With traffic that is even: 1 - window/T, where T is
 * the step's time so far, rounded down to the window times a power of two, so that time alone turns it at few instants only.
 * Where traffic has risen it is less, so it is never more than the share of the answers that were given in seconds longer ago
 * than the window (`closedBySlices`).
 * @param arms of everybody, that ran in this step
 */
export function closedShare(
  gate: FeedbackGate,
  step: Step,
  elapsedMs: number,
  arms: readonly Tally[],
): number {
  const windowMs = windowOf(gate, step);
  const lasted = elapsedMs - startPeriodOf(gate, step, false);
  if (windowMs === 0 || lasted === Infinity) return 1;
  if (lasted < 2 * windowMs) return 0;
  const evenly = 1 - 1 / 2 ** Math.floor(Math.log2(lasted / windowMs));
  return Math.min(evenly, closedBySlices(arms, windowMs));
}

/** Slices of time must be known of nearly all answers. */
const NEARLY_ALL = 0.95;
/** Rounded down, so that a few answers more do not turn it. */
const STEPS = 32;

/**
 * The share of answers in slices of time that ended longer ago than the window; a slice that began before and ended since is not over. The present is the end of
 * the newest slice, and in an era before it the end of that one's newest: how long that is ago nobody knows. 1 where it is not known of nearly all answers when they were given (gateways of before).
 */
function closedBySlices(arms: readonly Tally[], windowMs: number): number {
  const slices = arms.flatMap(({ blocks }) =>
    Object.entries(blocks?.[BLOCKED.latency] ?? {}).flatMap(([block, counts]) => {
      const slice = sliceOf(block);
      const n = Object.values(counts).reduce((sum, one) => sum + one, 0);
      return slice === null ? [] : [{ n, era: eraOf(slice), endMs: sliceEndSeconds(slice) * 1_000 }];
    }),
  );
  const all = slices.reduce((sum, { n }) => sum + n, 0);
  const requests = arms.reduce((sum, arm) => sum + arm.requests, 0);
  if (all === 0 || all < NEARLY_ALL * requests) return 1;
  const newest = new Map<number, number>();
  for (const { era, endMs } of slices) newest.set(era, Math.max(newest.get(era) ?? 0, endMs));
  const isClosed = ({ era, endMs }: (typeof slices)[number]): boolean =>
    (newest.get(era) ?? 0) - endMs >= windowMs;
  const closed = slices.reduce((sum, slice) => (isClosed(slice) ? sum + slice.n : sum), 0);
  return Math.floor((closed / all) * STEPS) / STEPS;
}

/**
 * The same of an earlier step: all of its answers are older than this step's clock, and nothing is known of how much older. Its feedback
 * has come once that is the window.
 */
export const closedShareOfEarlier = (gate: FeedbackGate, earlier: Step, elapsedMs: number): 0 | 1 =>
  elapsedMs >= windowOf(gate, earlier) ? 1 : 0;

/**
 * The instants at which `closedShare`, or an earlier step's, turns, in ms of the step's clock, up to a thousand times the window.
 * @param earlier steps before it
 */
export function closingTurns(gate: FeedbackGate, step: Step, earlier: readonly Step[]): readonly number[] {
  const windowMs = windowOf(gate, step);
  const ofEarlier = earlier.map((one) => windowOf(gate, one)).filter((ms) => ms > 0);
  if (windowMs === 0) return ofEarlier;
  const own = Array.from(
    { length: 10 },
    (_, i) => startPeriodOf(gate, step, false) + Math.ceil(windowMs * 2 ** (i + 1)),
  );
  return [...ofEarlier, ...own];
}
