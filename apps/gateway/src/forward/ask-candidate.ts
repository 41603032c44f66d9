import { isOutright, ModelAnswer, type RouteTarget, type StreamFailure, wrongWith } from '#libs/traffic';
import { answerWhole, broken, upstreamFailed } from './answer-caller.ts';
import { askPrimary } from './ask-primary.ts';
import { askSecondOpinion } from './ask-second-opinion.ts';
import type { Owner } from '#libs/data-plane';
import { type Exchange, toUpstream } from './exchange.ts';
import type { ProxyParts } from './proxy-parts.ts';
import { count, countAbandoned, noteCandidate, replace } from '../evidence/count-evidence.ts';
import { hasRetryAfter } from '../heads/retry-after.ts';
import { isRead, mayKeepRead, readLater, saidBy } from '../shadow/read-answer.ts';
import { type Reason, reasonOf } from './reasons.ts';
import { AnswerTooLargeError, isOurLimit, OverLimitError, wasSent } from '../upstream/connection/errors.ts';
import { type Flow, sendHeld, type StreamStart, type WholeAnswer } from '../upstream/send-held.ts';
import { streamOn } from './stream-on.ts';

/**
 * The candidate's answer is held until it is known what becomes of it, whole or, of a stream, up to its first event: until then the primary
 * can answer. Where it errs, the primary answers in its stead; where it says no, or what cannot be read, the primary is asked for a second
 * opinion.
 */
export function askCandidate(parts: ProxyParts, exchange: Exchange, candidate: RouteTarget): void {
  const { route, isRepeatable } = exchange;
  const { candidates } = parts;
  const limits = {
    timeoutMs: parts.settings.bounds.answerMs,
    maxBytes: parts.settings.maxBufferedBytes,
    hold: exchange.hold,
  };
  let counted = false;
  const countOnce = (reason: Reason | null): void => {
    if (!counted) count(parts, exchange, 'candidate', reason, call.clock);
    counted = true;
  };
  let noted = false;
  /** What callers report by its id is the candidate's, once it was in its hands. */
  const noteServed = (): void => {
    if (!noted && exchange.isJudged)
      parts.evidence.served(route, 'candidate', exchange.requestId, exchange.segments);
    noted = true;
  };
  const owner: Owner = {
    place: 'exchange',
    endBy: () => {
      noteServed();
      // What cannot be handled is the candidate's failure, and the primary's to mend.
      if (exchange.gone || exchange.response.headersSent || counted) return broken(exchange);
      if (isRepeatable) return standIn('malformed');
      countOnce('malformed');
      broken(exchange);
    },
  };
  /** It has failed, and the primary answers in its stead. */
  const standIn = (why: Reason): void => {
    countOnce(why);
    replace(parts, exchange, why);
    askPrimary(parts, exchange, 'candidate failed');
  };
  const answered = (answer: WholeAnswer, streamFailure: StreamFailure | null): void => {
    if (streamFailure !== null && isRepeatable) return standIn(streamFailure);
    const whole = new ModelAnswer(answer.status, answer.body, answer.headers);
    const said = saidBy(parts, exchange, 'candidate', whole, hasRetryAfter(answer.headers));
    const wrong = wrongWith(said);
    if (wrong !== null && isOutright(said) && isRepeatable) return standIn(wrong);
    // Where the spec cannot read the primary's answers either, asking it again and again tells nothing.
    const isWorthAsking = wrong !== 'unreadable' || parts.primaryReadings.mayBeRead(route);
    if (wrong !== null && isRepeatable && isWorthAsking) {
      counted = true;
      exchange.onGone = null;
      return askSecondOpinion(parts, exchange, { answer, said, candidate, clock: call.clock });
    }
    // A request that cannot be asked again is judged by what it got, in both arms; that nothing was said may be right.
    countOnce(isRepeatable ? null : (streamFailure ?? (wrong === 'empty' ? null : wrong)));
    const size = answer.body.length;
    const again = mayKeepRead(answer.body, answer.headers)
      ? whole
      : new ModelAnswer(answer.status, answer.body, answer.headers);
    if (!isOutright(said) && isRead(parts, route, 'candidate'))
      readLater(parts, exchange, 'candidate', { answer: again, bytes: size, clock: call.clock });
    // Where the primary was not asked too, nobody knows whose fault it was; the gates judge it.
    if (wrong === null && streamFailure === null) noteCandidate(parts, exchange, 'answered');
    answerWhole(parts, exchange, candidate, answer);
  };
  /** A stream cannot be read before it is over; one that begins with an error is no better than a 500. */
  const begins = (start: StreamStart): Flow | null => {
    if (exchange.gone) return null;
    noteServed();
    if (start.isError && isRepeatable) {
      standIn('error_event');
      return null;
    }
    counted = true;
    return streamOn(parts, exchange, candidate, start, call.clock);
  };
  const failed = (error: Error): void => {
    if (exchange.gone) return;
    const reason = reasonOf(error);
    const mayRepeat = isRepeatable || !wasSent(error);
    if (isOurLimit(error) && mayRepeat) {
      // Our own limit says nothing about the candidate; that its arm comes short, the sample ratio tells.
      if (error instanceof OverLimitError) parts.metrics.overLimit(route.model, 'candidate');
      replace(parts, exchange, reason);
      exchange.onGone = null;
      // Whether an answer is too large is the version's doing; that there was no room for it is not.
      if (error instanceof AnswerTooLargeError) noteServed();
      else exchange.countsFor = null;
      const why = error instanceof AnswerTooLargeError ? 'candidate too large' : 'stands in';
      return askPrimary(parts, exchange, why, () =>
        parts.evidence.count(route, 'candidate', {
          ...{ failed: true, reason, latencyMs: call.clock.answerMs(performance.now()) },
          ...{
            unitGroup: exchange.unitGroup,
            unitHash: exchange.unitHash,
            segments: exchange.segments,
          },
        }),
      );
    }
    noteServed();
    if (mayRepeat) return standIn(reason);
    countOnce(reason);
    upstreamFailed(parts, exchange, 'candidate', candidate, error);
  };
  const call = sendHeld(candidates, toUpstream(exchange, candidate, 'candidate'), limits, {
    ...owner,
    whole: (answer, streamFailure) => {
      if (exchange.gone) return;
      noteServed();
      answered(answer, streamFailure);
    },
    begins,
    failed,
  });
  exchange.call = call;
  exchange.onGone = () => {
    if (!counted) countAbandoned(parts, exchange, 'candidate', call.clock);
  };
}
