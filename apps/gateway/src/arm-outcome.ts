import type { Outcome } from './evidence-collector.ts';
import type { AnswerClock } from './upstream/answer-clock.ts';

/** What an answer has to keep to count as one, whichever arm it is of. Milliseconds. */
export interface AnswerBounds {
  /** From the request to the last byte, of a stream to its first event (`CANDIDATE_TIMEOUT_MS`). */
  readonly answerMs: number;
  /** To set up a connection. */
  readonly connectMs: number;
}

export type ArmOutcome = Pick<Outcome, 'failed' | 'latencyMs' | 'ttftMs' | 'interTokenMs'>;

/**
 * What an answer says about its arm: the same rule for primary, candidate and shadow, so that two servers that are equal are counted as
 * equal. The gateway replaces a candidate's answer that is not there within the bounds; the primary's caller goes on waiting, but in the
 * evidence that answer is as late.
 * @param failed it is an error, or the status of one
 * @param now for what is still under way, on the clock's scale
 * @returns `null`: a limit of ours was reached first (a connection, memory, size), so it is in no arm
 */
export function armOutcome(
  clock: AnswerClock,
  failed: boolean,
  bounds: AnswerBounds,
  now: number,
): ArmOutcome | null {
  if (!clock.wasHanded) return null;
  const { limitMs } = clock;
  const latencyMs = limitMs ?? clock.answerMs(now);
  const boundedMs = clock.isStream ? (clock.firstPartMs ?? latencyMs) : latencyMs;
  const isLate = boundedMs > bounds.answerMs || clock.connectMs(now) > bounds.connectMs;
  // Without a stream's times: a candidate is given up before its head says that it is one.
  if (isLate) return { failed: true, latencyMs: bounds.answerMs };
  return limitMs === null ? { failed, latencyMs, ...streamTimes(clock, latencyMs) } : null;
}

/** @param leastMs what a stream without a first event has taken at least: its time to that is censored there */
function streamTimes(clock: AnswerClock, leastMs: number): Pick<Outcome, 'ttftMs' | 'interTokenMs'> {
  if (!clock.isStream) return {};
  const { firstPartMs, betweenPartsMs } = clock;
  const interToken = betweenPartsMs === null ? {} : { interTokenMs: betweenPartsMs };
  return { ttftMs: firstPartMs ?? leastMs, ...interToken };
}
