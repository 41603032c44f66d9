import { failureBeside, ModelAnswer, type RouteTarget, type StreamFailure } from '#libs/traffic';
import { armOutcome } from './arm-outcome.ts';
import { count } from '../evidence/count-evidence.ts';
import { type Exchange, toUpstream } from './exchange.ts';
import { hasRetryAfter } from '../heads/retry-after.ts';
import type { ProxyParts } from './proxy-parts.ts';
import { saidBy } from '../shadow/read-answer.ts';
import { type Reason, reasonOf } from './reasons.ts';
import type { Slot } from '../trips/trial.ts';
import { AnswerTooLargeError, isOurLimit } from '../upstream/connection/errors.ts';
import { sendHeld, type WholeAnswer } from '../upstream/send-held.ts';

/**
 * After a pause: sends the candidate a copy of a request of its arm that the primary has answered. Nobody waits for it. What comes of it is
 * in the candidate's evidence, by the rules of a caller's request (ADR 44).
 * @param primaryStatus of the primary's answer to the same request; `null`: there was none that is good
 */
export function tryCandidate(
  parts: ProxyParts,
  exchange: Exchange,
  candidate: RouteTarget,
  slot: Slot,
  primaryStatus: number | null,
): void {
  const { route, body, unitGroup, unitHash, segments } = exchange;
  const { bounds, maxBufferedBytes } = parts.settings;
  // Its own: the exchange's is given back when its caller has the answer.
  const hold = exchange.hold.another();
  const end = (tried: Parameters<Slot['settle']>[0]): void => {
    hold.release();
    slot.settle(tried);
  };
  if (primaryStatus === null || !hold.take(body.kind === 'whole' ? body.bytes.length : 0))
    return end('neither');
  /** @param fails a failure that trips count; what a spec cannot read is the gates' to judge */
  const counted = (reason: Reason | null, fails: boolean): void => {
    const outcome = armOutcome(call.clock, reason !== null, bounds, call.clock.moment);
    count(parts, exchange, 'candidate', reason, call.clock);
    if (outcome === null) end('neither');
    else end(fails || (outcome.failed && reason === null) ? 'failed' : 'answered');
  };
  const whole = (answer: WholeAnswer, streamFailure: StreamFailure | null): void => {
    if (streamFailure !== null) return counted(streamFailure, true);
    const model = new ModelAnswer(answer.status, answer.body, answer.headers);
    const said = saidBy(parts, exchange, 'candidate', model, hasRetryAfter(answer.headers));
    const isReadable = parts.primaryReadings.mayBeRead(route);
    // What the primary said is not kept: a stream that says nothing is nobody's failure then.
    const primarySaid = { status: primaryStatus, saysRetryLater: false, isReadable, isEmpty: true };
    const failure = failureBeside(said, primarySaid);
    counted(failure, failure !== null && failure !== 'unreadable');
  };
  const failed = (error: Error): void => {
    const reason = reasonOf(error);
    if (!isOurLimit(error)) return counted(reason, true);
    if (!(error instanceof AnswerTooLargeError)) return end('neither');
    const latencyMs = call.clock.answerMs(performance.now());
    parts.evidence.count(route, 'candidate', {
      ...{ failed: true, reason, latencyMs, unitGroup, unitHash, segments },
    });
    end('failed');
  };
  const call = sendHeld(
    parts.candidates,
    toUpstream(exchange, candidate, 'shadow'),
    { timeoutMs: bounds.answerMs, maxBytes: maxBufferedBytes, hold },
    {
      place: 'shadow',
      endBy: () => end('neither'),
      whole,
      // A stream that has begun is an answer; what comes of the rest takes longer than a trial may.
      begins: ({ isError }) => {
        if (isError) counted('error_event', true);
        else end('answered');
        return null;
      },
      failed,
    },
  );
}
