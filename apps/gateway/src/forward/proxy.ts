import { logAccess } from '../figures/access-log.ts';
import type { Route } from '#libs/traffic';
import { askCandidate } from './ask-candidate.ts';
import { replace } from '../evidence/count-evidence.ts';
import { askPrimary } from './ask-primary.ts';
import type { CallerRequest } from '../callers/caller-request.ts';
import type { CallerResponse } from '../callers/caller-response.ts';
import { type Exchange, openExchange } from './exchange.ts';
import { isLoop } from '../request/loops.ts';
import { Hold } from '../process/memory-budget.ts';
import { placeOf } from '../request/place.ts';
import type { ProxyParts } from './proxy-parts.ts';
import { readBody } from '../request/request-body.ts';
import { respondNoRoute, respondProblem, respondRetired } from './respond.ts';
import { tryCandidate } from './try-candidate.ts';
import { RequestTrace } from '../tracing/request-trace.ts';
import { unspokenOf } from '../request/unspoken.ts';

/** What a request holds beside its body, its head's text and header strings left out; measured, roundly. */
const HEAD_BYTES = 4_096;

/** Forwards `/models/{model}/<path>` to the arm of the request's unit. */
export class Proxy {
  constructor(private readonly parts: ProxyParts) {}

  handle(request: CallerRequest, response: CallerResponse): void {
    const { settings, routes, segments, evidence, trips, metrics, memory, accessLog } = this.parts;
    if (this.parts.tracing !== null)
      request.trace = RequestTrace.begin(this.parts.tracing, request, response);
    const place = placeOf(request.url);
    if (!place)
      return respondProblem(
        response,
        404,
        'path_unknown',
        'Call /models/{model}/<path of the model server>.',
      );
    if ('refused' in place)
      return respondProblem(
        response,
        400,
        'path_ambiguous',
        `The path holds ${place.refused}. Send the path that you mean, without it.`,
      );
    if (isLoop(request.head.headers, settings.via))
      return respondProblem(
        response,
        508,
        'loop_detected',
        'This request has come through this gateway before: a serving URL leads back to a gateway.',
      );
    const unspoken = unspokenOf(request);
    if (unspoken) return respondProblem(response, 501, unspoken.code, unspoken.detail, unspoken.headers);
    const route = routes.find(place.model);
    if (!route) return respondNoRoute(response, place.model, routes.isFilled);
    if (route.retired) return respondRetired(response, route.model, route.retired);
    const hold = new Hold(memory, memory.shareOf(route.model));
    if (!hold.takeNeeded(HEAD_BYTES + 2 * request.head.bytes))
      return respondProblem(
        response,
        503,
        'gateway_overloaded',
        'This gateway holds as much as its memory allows.',
        ['retry-after', '1'],
      );
    // Also of a caller that leaves before its body is there.
    response.onClose = () => hold.release();
    readBody(request, settings.maxBufferedBytes, hold, (body) => {
      const exchange = openExchange(route, place.rest, request, response, body, hold, segments);
      response.onClose = (finished) => {
        hold.release();
        exchange.slot?.settle('neither');
        if (finished || exchange.gone) return;
        exchange.gone = true;
        exchange.onGone?.();
        exchange.call?.abort('caller_gone');
      };
      request.trace?.isFor(exchange);
      if (accessLog) logAccess(accessLog, exchange);
      if (body.kind === 'streaming' && route.candidate) metrics.tooLargeToCopy(route.model);
      if (trips.isTripped(route) && !this.goesOn(exchange, route)) return;
      if (route.candidate && exchange.assigned === 'candidate')
        return askCandidate(this.parts, exchange, route.candidate);
      if (exchange.isJudged) evidence.served(route, 'primary', exchange.requestId, exchange.segments);
      askPrimary(this.parts, exchange, 'own');
    });
  }

  /**
   * In a pause of the candidate's traffic, or the trial behind it: the primary answers, and where the trial is open, a request of the
   * candidate's is tried on it once its caller has the answer. What must not be sent twice is tried by its caller, one at a time.
   * Nothing else of a pause is in any arm's evidence: the primary's alone would be of other seconds than the candidate's.
   * @returns whether the request goes on to its arm
   */
  private goesOn(exchange: Exchange, route: Route): boolean {
    const { trips } = this.parts;
    const isCandidates = exchange.assigned === 'candidate';
    const isTried = trips.isTrying(route);
    if (isTried && !isCandidates) return true;
    const { candidate } = route;
    const slot = isTried && candidate ? trips.tryOut(route, !exchange.isRepeatable) : null;
    if (slot && !exchange.isRepeatable) {
      exchange.slot = slot;
      return true;
    }
    exchange.countsFor = null;
    if (isCandidates) replace(this.parts, exchange, 'tripped');
    askPrimary(this.parts, exchange, 'stands in', undefined, (status) => {
      if (slot && candidate) tryCandidate(this.parts, exchange, candidate, slot, status);
    });
    return false;
  }
}
