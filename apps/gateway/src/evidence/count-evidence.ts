import { armOutcome } from '../forward/arm-outcome.ts';
import type { Exchange } from '../forward/exchange.ts';
import type { ProxyParts } from '../forward/proxy-parts.ts';
import type { Reason } from '../forward/reasons.ts';
import type { Tried } from '../trips/trial.ts';
import type { AnswerClock } from '../upstream/connection/answer-clock.ts';

type Arm = 'primary' | 'candidate';

/**
 * Adds one request and its outcome to the evidence of an arm.
 * @param reason why it has failed; `null`: it has not
 * @returns whether it is in the arm (`armOutcome`)
 */
export function count(
  parts: ProxyParts,
  exchange: Exchange,
  arm: Arm,
  reason: Reason | null,
  clock: AnswerClock,
): boolean {
  const { route, unitGroup, unitHash, segments } = exchange;
  const outcome = armOutcome(clock, reason !== null, parts.settings.bounds, clock.moment);
  if (outcome === null) return false;
  // What came too late is that, however it ended.
  const isLate = outcome.failed && outcome.latencyMs === parts.settings.bounds.answerMs;
  const why = isLate ? 'timeout' : (reason ?? 'timeout');
  const { failed, latencyMs, ttftMs, interTokenMs } = outcome;
  exchange.request.trace?.counted(failed ? why : null);
  parts.evidence.count(route, arm, {
    trace: exchange.request.trace?.name,
    failed,
    reason: why,
    latencyMs,
    ttftMs,
    interTokenMs,
    unitGroup,
    unitHash,
    segments,
  });
  if (!failed) parts.metrics.streamed(route.model, arm, ttftMs, interTokenMs);
  return true;
}

/** What a request of the candidate says to trips. @param tried `neither`: both versions failed on it */
export function noteCandidate(parts: ProxyParts, { route, slot }: Exchange, tried: Tried): void {
  if (slot) return slot.settle(tried);
  if (tried === 'neither') parts.trips.noteBoth(route);
  else parts.trips.note(route, tried === 'failed');
}

/** Who leaves sooner has not waited for the answer. Milliseconds. */
const LEAST_WAIT_MS = 100;
/** A stream that has said nothing for so long has kept its caller waiting; who leaves sooner has heard enough. */
const SILENT_MS = 1_000;

/**
 * The caller has left before the model server had answered. Both arms alike: no answer within that time. Why callers leave is not known, but
 * they are dealt by lot, so they leave both arms for their own reasons equally often; what differs is the version.
 */
export function countAbandoned(parts: ProxyParts, exchange: Exchange, arm: Arm, clock: AnswerClock): void {
  if (!exchange.isJudged || clock.hasEnded || parts.isStopping()) return;
  const { route, unitGroup, unitHash, segments } = exchange;
  const now = performance.now();
  const silentMs = clock.silentMs(now);
  if (silentMs !== null && silentMs < SILENT_MS) return;
  const waitedMs = clock.connectMs(now) + clock.answerMs(now);
  if (waitedMs < LEAST_WAIT_MS || armOutcome(clock, true, parts.settings.bounds, now) === null) return;
  exchange.request.trace?.counted('abandoned');
  // At least so long: the latency is censored here.
  parts.evidence.count(route, arm, {
    ...{ trace: exchange.request.trace?.name, failed: true, reason: 'abandoned', latencyMs: waitedMs },
    ...{ unitGroup, unitHash, segments },
  });
}

/** The primary answers in the candidate's stead: that is shown, and never a silent way to look good. */
export function replace(parts: ProxyParts, { route, segments, request }: Exchange, reason: Reason): void {
  request.trace?.replaced(reason);
  parts.metrics.fellBack(route.model, reason);
  parts.evidence.replaced(route, segments, reason);
}
