import { type RouteTarget, ModelAnswer } from '#libs/traffic';
import { Ahead } from './ahead.ts';
import { linesFor, upstreamFailed } from './answer-caller.ts';
import { count, countAbandoned, noteCandidate } from '../evidence/count-evidence.ts';
import type { Exchange } from './exchange.ts';
import { Gathered } from '../request/gathered.ts';
import { passedAnswer, passedTrailers } from '../heads/head-lines.ts';
import type { ProxyParts } from './proxy-parts.ts';
import { isRead, leftUnread, readLater } from '../shadow/read-answer.ts';
import { reasonOf } from './reasons.ts';
import type { AnswerClock } from '../upstream/connection/answer-clock.ts';
import type { Flow, StreamStart } from '../upstream/send-held.ts';

/**
 * A stream of the candidate, from its first event: it goes on to the caller as it comes, and as fast as the caller reads. Nobody can
 * answer in its stead any more, so a break is the candidate's failure, and the caller's to see.
 */
export function streamOn(
  parts: ProxyParts,
  exchange: Exchange,
  candidate: RouteTarget,
  start: StreamStart,
  clock: AnswerClock,
): Flow {
  const { response, route } = exchange;
  const { maxBufferedBytes, maxAnswerHeadBytes } = parts.settings;
  const { status, headers, body } = start;
  const ahead = new Ahead(exchange.hold, maxBufferedBytes);
  const read = isRead(parts, route, 'candidate');
  let kept = read ? new Gathered(exchange.hold) : null;
  exchange.answeredBy = 'candidate';
  exchange.onGone = () => countAbandoned(parts, exchange, 'candidate', clock);
  parts.metrics.answered(route.model, 'candidate', status);
  const lines = linesFor(parts, exchange, 'candidate', candidate, start);
  response.writeHead(status, lines, passedAnswer(headers).length);
  response.onDrain = start.resume;
  const chunk = (bytes: Buffer): boolean => {
    if (kept && (kept.size + bytes.length > maxBufferedBytes || !kept.add(bytes))) kept = null;
    return response.write(bytes) || ahead.add(bytes);
  };
  chunk(body);
  return {
    chunk,
    end: (trailers, failure) => {
      exchange.onGone = null;
      response.end(null, passedTrailers(trailers, maxAnswerHeadBytes));
      if (failure !== null) exchange.request.trace?.failed(failure);
      const isCounted = count(parts, exchange, 'candidate', failure, clock);
      if (failure === null) noteCandidate(parts, exchange, 'answered');
      if (!read || !isCounted) return;
      if (!kept) leftUnread(parts, exchange, 'candidate', status);
      else
        readLater(parts, exchange, 'candidate', {
          ...{ answer: new ModelAnswer(status, kept.whole(), headers), bytes: kept.size, clock },
        });
    },
    failed: (error) => {
      if (exchange.gone) return;
      exchange.onGone = null;
      count(parts, exchange, 'candidate', reasonOf(error), clock);
      upstreamFailed(parts, exchange, 'candidate', candidate, error);
    },
  };
}
