import type { AnswerClock } from '../upstream/connection/answer-clock.ts';

/** What an answer has to keep to count as one, whichever arm it is of. Milliseconds. */
export interface AnswerBounds {
  /** From the request to the last byte, of a stream to its first event, if only one that announces an answer (`CANDIDATE_TIMEOUT_MS`). */
  readonly answerMs: number;
  /** To set up a connection. */
  readonly connectMs: number;
}

/** Of one shape, whatever there is to say: copying fields that may be there costs more than all of the counting. */
export interface ArmOutcome {
  failed: boolean;
  latencyMs: number;
  ttftMs: number | undefined;
  interTokenMs: number | undefined;
}

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
  const boundedMs = clock.isStream ? (clock.saidMs ?? latencyMs) : latencyMs;
  const isLate = boundedMs > bounds.answerMs || clock.connectMs(now) > bounds.connectMs;
  const outcome: ArmOutcome = { failed, latencyMs, ttftMs: undefined, interTokenMs: undefined };
  if (isLate) {
    // Without a stream's times: a candidate is given up before its head says that it is one.
    outcome.failed = true;
    outcome.latencyMs = bounds.answerMs;
    return outcome;
  }
  if (limitMs !== null) return null;
  if (clock.isStream) {
    // Without an event that says something, it has taken so long at least: its time to that is censored here.
    outcome.ttftMs = clock.firstPartMs ?? latencyMs;
    outcome.interTokenMs = clock.betweenPartsMs ?? undefined;
  }
  return outcome;
}
