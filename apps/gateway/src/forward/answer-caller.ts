import { urlsOf, type RouteTarget } from '#libs/traffic';
import { type Exchange, ownHeaders } from './exchange.ts';
import { answerLines } from '../heads/answer-lines.ts';
import { type HeadLines, passedAnswer } from '../heads/head-lines.ts';
import type { ProxyParts } from './proxy-parts.ts';
import { reasonOf } from './reasons.ts';
import { respondUpstreamFailed } from './respond.ts';
import type { WholeAnswer } from '../upstream/send-held.ts';

/** A step of it threw: whoever waits for it is cut off, and what is under way given up. */
export function broken(exchange: Exchange): void {
  exchange.request.trace?.failed('internal');
  exchange.gone = true;
  exchange.response.destroy();
  exchange.call?.abort();
}

export function answerWhole(
  parts: ProxyParts,
  exchange: Exchange,
  candidate: RouteTarget,
  answer: WholeAnswer,
): void {
  const { response, route } = exchange;
  exchange.answeredBy = 'candidate';
  parts.metrics.answered(route.model, 'candidate', answer.status);
  const lines = linesFor(parts, exchange, 'candidate', candidate, answer);
  response.writeHead(answer.status, lines, passedAnswer(answer.headers).length);
  response.end(answer.body);
}

/** The header lines of a model server's answer, as they go on. @param answer and which of its serving URLs gave it */
export function linesFor(
  parts: ProxyParts,
  exchange: Exchange,
  arm: 'primary' | 'candidate',
  target: RouteTarget,
  { headers, servedBy }: Pick<WholeAnswer, 'headers' | 'servedBy'>,
): HeadLines {
  const { route, rest } = exchange;
  const ours = ownHeaders(exchange, arm, target, parts.routes.receiptKey);
  const at = {
    ...{ servingUrl: servedBy ?? target.url, servingUrls: urlsOf(target) },
    ...{ rest, model: route.model },
  };
  return answerLines(headers, ours, at, parts.settings.maxAnswerHeadBytes);
}

export function upstreamFailed(
  parts: ProxyParts,
  exchange: Exchange,
  arm: 'primary' | 'candidate',
  target: RouteTarget,
  error: Error,
): void {
  const { response, route } = exchange;
  exchange.request.trace?.failed(reasonOf(error));
  respondUpstreamFailed(
    response,
    route.model,
    error,
    ownHeaders(exchange, arm, target, parts.routes.receiptKey),
  );
}
