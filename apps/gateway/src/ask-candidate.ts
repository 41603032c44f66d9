import { ModelAnswer, type RouteTarget } from '#libs/traffic';
import { answerWhole, broken, upstreamFailed } from './answer-caller.ts';
import { askPrimary } from './ask-primary.ts';
import type { Owner } from './contained.ts';
import { type Exchange, toUpstream } from './exchange.ts';
import type { ProxyParts } from './proxy-parts.ts';
import { count, isGarbage, readLater } from './read-answer.ts';
import { AnswerTooLargeError, isOurLimit, OverLimitError, wasSent } from './upstream/errors.ts';
import { sendForWhole } from './upstream/send-for-whole.ts';

/** The candidate's answer is kept whole before the caller sees any of it: until then the primary can answer. */
export function askCandidate(parts: ProxyParts, exchange: Exchange, candidate: RouteTarget): void {
  const { route } = exchange;
  const { metrics, trips, candidates } = parts;
  const limits = {
    timeoutMs: parts.settings.bounds.answerMs,
    maxBytes: parts.settings.maxBufferedBytes,
    hold: exchange.hold,
  };
  let counted = false;
  const countOnce = (failed: boolean): void => {
    if (!counted) count(parts, exchange, 'candidate', failed, call.clock);
    counted = true;
  };
  const owner: Owner = {
    place: 'exchange',
    endBy: () => {
      // What cannot be handled is the candidate's failure, and the primary's to mend.
      if (exchange.gone || exchange.response.headersSent || counted) return broken(exchange);
      countOnce(true);
      if (!exchange.isRepeatable) return broken(exchange);
      metrics.fellBack(route.model);
      askPrimary(parts, exchange, 'candidate failed');
    },
  };
  const call = sendForWhole(candidates, toUpstream(exchange, candidate), limits, owner, (answer) => {
    // A caller that left blames nobody.
    if (exchange.gone) return;
    const ours = answer instanceof Error && isOurLimit(answer);
    // What the candidate may have seen is repeated only where that does no harm.
    if (ours && (exchange.isRepeatable || !wasSent(answer))) {
      // Our own limit says nothing about the candidate; that its arm comes short, the sample ratio tells.
      if (answer instanceof OverLimitError) metrics.overLimit(route.model, 'candidate');
      metrics.fellBack(route.model);
      const why = answer instanceof AnswerTooLargeError ? 'candidate too large' : 'stands in';
      return askPrimary(parts, exchange, why, () =>
        parts.evidence.count(route, 'candidate', {
          ...{ failed: true, latencyMs: call.clock.answerMs(performance.now()) },
          ...{ unitGroup: exchange.unitGroup, segments: exchange.segments },
        }),
      );
    }
    const failed = answer instanceof Error || answer.status >= 500;
    const garbage = !(answer instanceof Error) && !failed && isGarbage(parts, exchange, answer);
    countOnce(failed);
    if (!(answer instanceof Error) && !failed)
      readLater(
        parts,
        exchange,
        'candidate',
        new ModelAnswer(answer.status, answer.body),
        answer.body.length,
      );
    const mayRepeat = exchange.isRepeatable || (answer instanceof Error && !wasSent(answer));
    if (mayRepeat && (failed || garbage)) {
      metrics.fellBack(route.model);
      return askPrimary(parts, exchange, failed ? 'candidate failed' : 'stands in');
    }
    // Where the primary was not asked too, nobody knows whose fault it was; the gates judge it.
    if (!failed) trips.note(route, false);
    if (answer instanceof Error) upstreamFailed(parts, exchange, 'candidate', candidate, answer);
    else answerWhole(parts, exchange, candidate, answer);
  });
  exchange.call = call;
}
