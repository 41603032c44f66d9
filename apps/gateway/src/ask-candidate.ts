import { isOutright, ModelAnswer, type RouteTarget, wrongWith } from '#libs/traffic';
import { answerWhole, broken, upstreamFailed } from './answer-caller.ts';
import { askPrimary } from './ask-primary.ts';
import { askSecondOpinion } from './ask-second-opinion.ts';
import type { Owner } from './contained.ts';
import { type Exchange, toUpstream } from './exchange.ts';
import type { ProxyParts } from './proxy-parts.ts';
import { count, countAbandoned, replace } from './count-evidence.ts';
import { hasRetryAfter } from './heads/retry-after.ts';
import { mayKeepRead, readLater, saidBy } from './read-answer.ts';
import { type Reason, reasonOf } from './reasons.ts';
import { AnswerTooLargeError, isOurLimit, OverLimitError, wasSent } from './upstream/errors.ts';
import { sendForWhole, type WholeAnswer } from './upstream/send-for-whole.ts';

/**
 * The candidate's answer is kept whole before the caller sees any of it: until then the primary can answer. Where it errs, the primary
 * answers in its stead; where it says no, or what cannot be read, the primary is asked for a second opinion.
 */
export function askCandidate(parts: ProxyParts, exchange: Exchange, candidate: RouteTarget): void {
  const { route, isRepeatable } = exchange;
  const { trips, candidates } = parts;
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
  const owner: Owner = {
    place: 'exchange',
    endBy: () => {
      // What cannot be handled is the candidate's failure, and the primary's to mend.
      if (exchange.gone || exchange.response.headersSent || counted) return broken(exchange);
      countOnce('malformed');
      if (!isRepeatable) return broken(exchange);
      replace(parts, exchange, 'malformed');
      askPrimary(parts, exchange, 'candidate failed');
    },
  };
  const answered = (answer: WholeAnswer): void => {
    const whole = new ModelAnswer(answer.status, answer.body, answer.headers);
    const said = saidBy(parts, exchange, 'candidate', whole, hasRetryAfter(answer.headers));
    const wrong = wrongWith(said);
    if (wrong !== null && isOutright(said) && isRepeatable) {
      countOnce(wrong);
      replace(parts, exchange, wrong);
      return askPrimary(parts, exchange, 'candidate failed');
    }
    // Where the spec cannot read the primary's answers either, asking it again and again tells nothing.
    const isWorthAsking = wrong !== 'unreadable' || parts.primaryReadings.mayBeRead(route);
    if (wrong !== null && isRepeatable && isWorthAsking) {
      counted = true;
      exchange.onGone = null;
      return askSecondOpinion(parts, exchange, { answer, said, candidate, clock: call.clock });
    }
    // A request that cannot be asked again is judged by what it got, in both arms.
    countOnce(isRepeatable ? null : wrong);
    const size = answer.body.length;
    const again = mayKeepRead(answer.body, answer.headers)
      ? whole
      : new ModelAnswer(answer.status, answer.body, answer.headers);
    if (!isOutright(said)) readLater(parts, exchange, 'candidate', again, size);
    // Where the primary was not asked too, nobody knows whose fault it was; the gates judge it.
    if (wrong === null) trips.note(route, false);
    answerWhole(parts, exchange, candidate, answer);
  };
  const call = sendForWhole(candidates, toUpstream(exchange, candidate), limits, owner, (answer) => {
    if (exchange.gone) return;
    if (!(answer instanceof Error)) return answered(answer);
    const reason = reasonOf(answer);
    const mayRepeat = isRepeatable || !wasSent(answer);
    if (isOurLimit(answer) && mayRepeat) {
      // Our own limit says nothing about the candidate; that its arm comes short, the sample ratio tells.
      if (answer instanceof OverLimitError) parts.metrics.overLimit(route.model, 'candidate');
      replace(parts, exchange, reason);
      exchange.onGone = null;
      const why = answer instanceof AnswerTooLargeError ? 'candidate too large' : 'stands in';
      return askPrimary(parts, exchange, why, () =>
        parts.evidence.count(route, 'candidate', {
          ...{ failed: true, reason, latencyMs: call.clock.answerMs(performance.now()) },
          ...{ unitGroup: exchange.unitGroup, segments: exchange.segments },
        }),
      );
    }
    countOnce(reason);
    if (!mayRepeat) return upstreamFailed(parts, exchange, 'candidate', candidate, answer);
    replace(parts, exchange, reason);
    askPrimary(parts, exchange, 'candidate failed');
  });
  exchange.call = call;
  exchange.onGone = () => {
    if (!counted) countAbandoned(parts, exchange, 'candidate', call.clock);
  };
}
