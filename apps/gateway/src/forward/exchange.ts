import { randomUUID } from 'node:crypto';
import { signReceipt } from '#libs/receipts';
import { UNIT_GROUPS } from '#libs/stats';
import {
  dealArm,
  DEFAULT_CALLER_RULES,
  isInSegment,
  isPrediction,
  isRepeatable,
  headerText,
  LONGEST_UNIT,
  Payload,
  groupOfHash,
  unitHash,
  unitOf,
  type Route,
  type RouteTarget,
} from '#libs/traffic';
import type { CallerRequest } from '../callers/caller-request.ts';
import type { CallerResponse } from '../callers/caller-response.ts';
import { type PassedLines, passedRequest } from '../heads/head-lines.ts';
import type { Hold } from '../process/memory-budget.ts';
import type { RequestBody } from '../request/request-body.ts';
import { segmentsOf, type KnownSegments } from '../request/segments.ts';
import type { Purpose } from '../tracing/spans.ts';
import type { Slot } from '../trips/trial.ts';
import type { Call, UpstreamRequest } from '../upstream/upstream-request.ts';

/** One request on its way: where it goes, and what is said about it in the answer. */
export interface Exchange {
  readonly route: Route;
  readonly request: CallerRequest;
  readonly response: CallerResponse;
  readonly rest: string;
  readonly body: RequestBody;
  readonly requestId: string;
  /** The same as a field of a head: Latin-1 for its bytes. */
  readonly requestIdField: string;
  readonly unitGroup: number;
  readonly unitHash: number;
  /** It asks for a prediction, by the model's rules; `false` where nobody wants to know, without a rollout. */
  readonly isPrediction: boolean;
  /**
   * It counts for an arm: a prediction that can go to either, and that is in its arm by lot (`dealArm`). What is no prediction (health,
   * metadata), or too large to be sent twice, goes to the primary, which callers trust, and is in no arm's evidence.
   */
  readonly isJudged: boolean;
  /** The arm that the unit belongs to. */
  readonly assigned: 'primary' | 'candidate';
  /**
   * The arm that what callers report of its answer counts for. A request that the candidate has failed stays its own, whoever answers: its failure has
   * cost the click. One that was never in the candidate's hands (the gateway's own limits), and all of a pause of traffic, are in no arm, as
   * they are in no arm's evidence (`null`).
   */
  countsFor: 'primary' | 'candidate' | null;
  /** It does no harm when model servers see it twice. */
  readonly isRepeatable: boolean;
  /** Bounded names of the segments that the request belongs to. */
  readonly segments: readonly string[];
  /** What goes on to model servers. */
  readonly headers: PassedLines;
  /** Memory that it holds. */
  readonly hold: Hold;
  /** What is under way for it. */
  call: Call | null;
  /** Who the answer is from. */
  answeredBy: 'primary' | 'candidate';
  /** The caller has gone away. */
  gone: boolean;
  /** It is one of a trial, and its caller waits for the candidate's answer; `null`: nearly all. */
  slot: Slot | null;
  /** Told once when the caller goes away before it has the whole answer, while `call` is still under way. */
  onGone: (() => void) | null;
}

/** Reads off a request what decides its way: its id, its unit, its arm and its segments. */
export function openExchange(
  route: Route,
  rest: string,
  request: CallerRequest,
  response: CallerResponse,
  body: RequestBody,
  hold: Hold,
  known: KnownSegments,
): Exchange {
  const bytes = body.kind === 'whole' ? body.bytes : null;
  const rules = route.callers ?? DEFAULT_CALLER_RULES;
  const { requestId, requestIdField } = namedBy(request.header('x-request-id')) ?? ownId();
  // Without a rollout and a candidate there is one arm, and nobody asks who is in it.
  const hasArms = route.rolloutId !== null || route.candidate !== null;
  const asksForPrediction = hasArms && isPrediction(request.method, rest, rules.predictions);
  const mayBeJudged = asksForPrediction && bytes !== null;
  // Read once for the unit and the segments, and not kept: what is parsed takes many times its bytes.
  const sent = bytes === null || !asksForPrediction ? null : new Payload(bytes, request.head.headers);
  const named = mayBeJudged
    ? unitOf(rules.unit, { header: (name) => request.header(name), json: () => sent?.value })
    : null;
  const unit = named ?? requestId;
  // Arm and group are parts of one hash.
  const hash = mayBeJudged ? unitHash(route.salt, unit) : 0;
  const dealt = mayBeJudged
    ? dealArm(route, hash, ({ rule }) =>
        isInSegment(rule, { unit, header: (name) => request.header(name), json: () => sent?.value }),
      )
    : null;
  const isJudged = dealt?.isJudged === true;
  const judged = isJudged && route.rolloutId !== null;
  return {
    route: dealt?.isJudged === false ? unjudged(route) : route,
    request,
    response,
    rest,
    body,
    requestId,
    requestIdField,
    unitGroup: judged ? groupOfHash(hash, UNIT_GROUPS) : 0,
    unitHash: judged ? hash : 0,
    isPrediction: asksForPrediction,
    isJudged,
    ...armsOf(dealt?.arm ?? 'primary', isJudged),
    isRepeatable: isRepeatable(rules, request.method),
    segments: judged ? known.bounded(route, segmentsOf(route, request, sent)) : [],
    headers: passedRequest(request.head.headers, {
      address: request.remoteAddress,
      requestId: requestIdField,
      scheme: request.scheme,
      replacesTrace: request.trace?.replaces,
    }),
    hold,
    call: null,
    answeredBy: 'primary',
    gone: false,
    slot: null,
    onGone: null,
  };
}

const unjudgedRoutes = new WeakMap<Route, Route>();

/** The same route for a request that is in no arm's evidence: nobody is judged by it, so nothing that is counted by the route is counted. */
function unjudged(route: Route): Route {
  let known = unjudgedRoutes.get(route);
  if (!known) unjudgedRoutes.set(route, (known = { ...route, rolloutId: null, reading: null }));
  return known;
}

const armsOf = (
  assigned: Exchange['assigned'],
  isJudged: boolean,
): Pick<Exchange, 'assigned' | 'countsFor'> => ({ assigned, countsFor: isJudged ? assigned : null });

/**
 * The same request, as it goes to a model server.
 * @param purpose why that one is asked
 */
export function toUpstream(
  { route, request, rest, body, headers, isRepeatable: repeatable }: Exchange,
  target: RouteTarget,
  purpose: Purpose,
): UpstreamRequest {
  return {
    method: request.method,
    model: route.model,
    target,
    rest,
    headers,
    body,
    isRepeatable: repeatable,
    trace: request.trace?.ask(purpose, target, rest) ?? null,
  };
}

/**
 * What the gateway says about an exchange in its answer, names and values in turn.
 * @param arm who answers
 * @param key what receipts are signed with
 */
export function ownHeaders(
  exchange: Exchange,
  arm: 'primary' | 'candidate',
  target: RouteTarget,
  key: string | null,
): string[] {
  const { requestId, requestIdField, route, countsFor, segments, unitGroup } = exchange;
  const headers = [
    'x-understudy-version',
    String(target.version),
    'x-understudy-arm',
    arm,
    'x-request-id',
    requestIdField,
  ];
  if (countsFor !== null && key !== null && route.rolloutId !== null) {
    const { model, rolloutId, revision } = route;
    const receipt = { model, rolloutId, revision, arm: countsFor, requestId, segments, unitGroup };
    headers.push('x-understudy-receipt', signReceipt(receipt, key));
  }
  return headers;
}

type Named = Pick<Exchange, 'requestId' | 'requestIdField'>;

/** A request id that is a name, not a document. Its text is what feedback says of it in JSON; as a field it goes on in the caller's own bytes. */
function namedBy(field: string | undefined): Named | null {
  const requestId = headerText(field ?? '');
  if (field === undefined || requestId === '' || requestId.length > LONGEST_UNIT) return null;
  return { requestId, requestIdField: field };
}

function ownId(): Named {
  const id = randomUUID();
  return { requestId: id, requestIdField: id };
}
