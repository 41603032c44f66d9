import type { Logger } from '#libs/observe';
import { isMirrored, ModelAnswer, type RouteTarget } from '#libs/traffic';
import { logAccess } from './access-log.ts';
import { Ahead } from './ahead.ts';
import type { CallerRequest } from './callers/caller-request.ts';
import type { CallerResponse } from './callers/caller-response.ts';
import type { EvidenceCollector } from './evidence-collector.ts';
import type { Owner } from './contained.ts';
import { type Exchange, openExchange, ownHeaders, toUpstream } from './exchange.ts';
import { answerLines } from './heads/answer-lines.ts';
import { type HeadLines, passedAnswer, passedTrailers } from './heads/head-lines.ts';
import { Gathered } from './gathered.ts';
import { isLoop } from './loops.ts';
import type { LocalTrips } from './local-trips.ts';
import { Hold, type MemoryBudget } from './memory-budget.ts';
import type { GatewayMetrics } from './metrics.ts';
import { observeExchange, wantsReading } from './observe-exchange.ts';
import { placeOf } from './place.ts';
import type { ReadLater } from './read-later.ts';
import { readBody } from './request-body.ts';
import { respondNoRoute, respondProblem, respondUpstreamFailed } from './respond.ts';
import type { RouteTable } from './route-table.ts';
import type { KnownSegments } from './segments.ts';
import type { Shadow } from './shadow.ts';
import { OverLimitError, wasSent } from './upstream/errors.ts';
import { sendForWhole, type WholeAnswer } from './upstream/send-for-whole.ts';
import type { UpstreamPool } from './upstream/upstream-pool.ts';

export interface ProxySettings {
  /** What this gateway calls itself in `Via`. */
  readonly via: string;
  /** Bodies up to this size can be copied, and repeated on the primary. */
  readonly maxBufferedBytes: number;
  readonly candidateTimeoutMs: number;
  /** Of an answer's head, as it goes on to callers. */
  readonly maxAnswerHeadBytes: number;
  /** 1xx of model servers go on to callers. */
  readonly passesInterim: boolean;
}

/** What a proxy works with. */
export interface ProxyParts {
  readonly routes: RouteTable;
  readonly primaries: UpstreamPool;
  readonly candidates: UpstreamPool;
  readonly shadow: Shadow;
  readonly evidence: EvidenceCollector;
  readonly metrics: GatewayMetrics;
  readonly later: ReadLater;
  readonly segments: KnownSegments;
  readonly trips: LocalTrips;
  readonly memory: MemoryBudget;
  /** Where a line is written for each answer, if at all. */
  readonly accessLog: Logger | null;
}

/** An answer up to this size is parsed once for all who read it. */
const MOST_SHARED_BYTES = 4_096;
/** What a request holds beside its body, its head's text and header strings left out; measured, roundly. */
const HEAD_BYTES = 4_096;

/** Whose the answer of the primary is, and so what it says about anybody. */
type Why = 'own' | 'candidate failed' | 'stands in';

/** Forwards `/models/{model}/<path>` to the arm of the request's unit. */
export class Proxy {
  constructor(
    private readonly settings: ProxySettings,
    private readonly parts: ProxyParts,
  ) {}

  handle(request: CallerRequest, response: CallerResponse): void {
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
    if (isLoop(request.head.headers, this.settings.via))
      return respondProblem(
        response,
        508,
        'loop_detected',
        'This request has come through this gateway before: a serving URL leads back to a gateway.',
      );
    const { routes, segments, evidence, trips, metrics, memory, accessLog } = this.parts;
    const route = routes.find(place.model);
    if (!route) return respondNoRoute(response, place.model, routes.isFilled);
    const hold = new Hold(memory, memory.shareOf(route.model));
    if (!hold.take(HEAD_BYTES + 2 * request.head.bytes))
      return respondProblem(
        response,
        503,
        'gateway_overloaded',
        'This gateway holds as much as its memory allows.',
        ['retry-after', '1'],
      );
    // Also of a caller that leaves before its body is there.
    response.onClose = () => hold.release();
    readBody(request, this.settings.maxBufferedBytes, hold, (body) => {
      const exchange = openExchange(route, place.rest, request, response, body, hold, segments);
      response.onClose = (finished) => {
        hold.release();
        if (finished) return;
        exchange.gone = true;
        exchange.call?.abort();
      };
      if (accessLog) logAccess(accessLog, exchange);
      if (body.kind === 'streaming' && route.candidate) metrics.tooLargeToCopy(route.model);
      evidence.served(route, exchange.assigned, exchange.requestId, exchange.segments);
      if (route.candidate && exchange.assigned === 'candidate') {
        // What the primary answers in its stead is in no arm's evidence, as with any other fall-back.
        if (trips.isTripped(route)) this.askPrimary(exchange, 'stands in');
        else this.askCandidate(exchange, route.candidate);
      } else this.askPrimary(exchange, 'own');
    });
  }

  /** The candidate's answer is kept whole before the caller sees any of it: until then the primary can answer. */
  private askCandidate(exchange: Exchange, candidate: RouteTarget): void {
    const { route } = exchange;
    const { metrics, trips, candidates } = this.parts;
    const startedAt = performance.now();
    const limits = {
      timeoutMs: this.settings.candidateTimeoutMs,
      maxBytes: this.settings.maxBufferedBytes,
      hold: exchange.hold,
    };
    let counted = false;
    const count = (failed: boolean): void => {
      if (!counted) this.count(exchange, 'candidate', failed, startedAt);
      counted = true;
    };
    const owner: Owner = {
      place: 'exchange',
      endBy: () => {
        // What cannot be handled is the candidate's failure, and the primary's to mend.
        if (exchange.gone || exchange.response.headersSent || counted) return this.broken(exchange);
        count(true);
        if (!exchange.isRepeatable) return this.broken(exchange);
        metrics.fellBack(route.model);
        this.askPrimary(exchange, 'candidate failed');
      },
    };
    exchange.call = sendForWhole(candidates, toUpstream(exchange, candidate), limits, owner, (answer) => {
      // A caller that left blames nobody.
      if (exchange.gone) return;
      if (answer instanceof OverLimitError) {
        // Our own limit says nothing about the candidate; that its arm comes short, the sample ratio tells.
        metrics.overLimit(route.model, 'candidate');
        metrics.fellBack(route.model);
        return this.askPrimary(exchange, 'stands in');
      }
      const failed = answer instanceof Error || answer.status >= 500;
      const garbage = !(answer instanceof Error) && !failed && this.isGarbage(exchange, answer);
      count(failed);
      if (!(answer instanceof Error) && !failed)
        this.readLater(
          exchange,
          'candidate',
          new ModelAnswer(answer.status, answer.body),
          answer.body.length,
        );
      const mayRepeat = exchange.isRepeatable || (answer instanceof Error && !wasSent(answer));
      if (mayRepeat && (failed || garbage)) {
        metrics.fellBack(route.model);
        return this.askPrimary(exchange, failed ? 'candidate failed' : 'stands in');
      }
      // Where the primary was not asked too, nobody knows whose fault it was; the gates judge it.
      if (!failed) trips.note(route, false);
      if (answer instanceof Error) this.upstreamFailed(exchange, 'candidate', candidate, answer);
      else this.answerWhole(exchange, candidate, answer);
    });
  }

  /** A step of it threw: whoever waits for it is cut off, and what is under way given up. */
  private broken(exchange: Exchange): void {
    exchange.gone = true;
    exchange.response.destroy();
    exchange.call?.abort();
  }

  private answerWhole(exchange: Exchange, candidate: RouteTarget, answer: WholeAnswer): void {
    const { response, route } = exchange;
    exchange.answeredBy = 'candidate';
    this.parts.metrics.answered(route.model, 'candidate', answer.status);
    const lines = this.linesFor(exchange, 'candidate', candidate, answer.headers);
    response.writeHead(answer.status, lines, passedAnswer(answer.headers).length);
    response.end(answer.body);
  }

  private askPrimary(exchange: Exchange, why: Why): void {
    const { route, response, body } = exchange;
    const counted = why === 'own';
    const copied = counted && isMirrored(route, exchange.requestId);
    const mirrored = copied && body.kind === 'whole' && exchange.isRepeatable;
    if (copied && !mirrored) this.parts.evidence.drop(route);
    const read = counted && wantsReading(route);
    let kept: Gathered | null = mirrored || read ? new Gathered(exchange.hold) : null;
    const startedAt = performance.now();
    const ahead = new Ahead(exchange.hold);
    let status = 0;
    const { maxBufferedBytes } = this.settings;
    exchange.call = this.parts.primaries.send(toUpstream(exchange, route.primary), {
      place: 'exchange',
      endBy: () => this.broken(exchange),
      interim: (gotStatus, headers) => {
        if (this.settings.passesInterim) response.interim(gotStatus, headers);
      },
      head: (gotStatus, headers, resume) => {
        status = gotStatus;
        const lines = this.linesFor(exchange, 'primary', route.primary, headers);
        response.writeHead(status, lines, passedAnswer(headers).length);
        response.onDrain = resume;
      },
      chunk: (bytes) => {
        if (kept && (kept.size + bytes.length > maxBufferedBytes || !kept.add(bytes))) kept = null;
        if (response.write(bytes)) return true;
        return ahead.add(bytes);
      },
      end: (trailers) => {
        response.end(null, passedTrailers(trailers, this.settings.maxAnswerHeadBytes));
        this.done(exchange, counted, status, startedAt);
        if (why === 'candidate failed') this.parts.trips.note(route, status < 500);
        if (!kept && mirrored) this.parts.evidence.drop(route);
        if (!kept) return;
        const whole = kept.whole();
        const answer = new ModelAnswer(status, whole);
        if (read) this.readLater(exchange, 'primary', answer, whole.length);
        // What is parsed takes many times its bytes: a long answer is parsed again rather than kept so.
        const again = read && whole.length > MOST_SHARED_BYTES ? new ModelAnswer(status, whole) : answer;
        if (mirrored) this.mirror(exchange, again, whole.length);
      },
      failed: (error) => {
        if (exchange.gone) return;
        if (error instanceof OverLimitError) this.parts.metrics.overLimit(route.model, 'primary');
        this.done(exchange, counted, 502, startedAt);
        this.upstreamFailed(exchange, 'primary', route.primary, error);
      },
    });
  }

  /** The header lines of a model server's answer, as they go on. */
  private linesFor(
    exchange: Exchange,
    arm: 'primary' | 'candidate',
    target: RouteTarget,
    headers: readonly string[],
  ): HeadLines {
    const { route, rest } = exchange;
    const ours = ownHeaders(exchange, arm, target, this.parts.routes.receiptKey);
    const at = { servingUrl: target.url, rest, model: route.model };
    return answerLines(headers, ours, at, this.settings.maxAnswerHeadBytes);
  }

  private mirror(exchange: Exchange, answer: ModelAnswer, bytes: number): void {
    const { route, requestId, unitGroup, segments } = exchange;
    if (route.candidate)
      this.parts.shadow.mirror(route, toUpstream(exchange, route.candidate), {
        ...{ answer, bytes, requestId, unitGroup, segments },
      });
  }

  private upstreamFailed(
    exchange: Exchange,
    arm: 'primary' | 'candidate',
    target: RouteTarget,
    error: Error,
  ): void {
    const { response, route } = exchange;
    respondUpstreamFailed(
      response,
      route.model,
      error,
      ownHeaders(exchange, arm, target, this.parts.routes.receiptKey),
    );
  }

  private done(exchange: Exchange, counted: boolean, status: number, startedAt: number): void {
    const { route } = exchange;
    const latencyMs = performance.now() - startedAt;
    this.parts.metrics.answered(route.model, 'primary', status);
    this.parts.metrics.took(route.model, latencyMs / 1_000);
    if (counted) this.count(exchange, 'primary', status >= 500, startedAt);
  }

  private count(exchange: Exchange, arm: 'primary' | 'candidate', failed: boolean, startedAt: number): void {
    const { route, unitGroup: group, segments } = exchange;
    const latencyMs = performance.now() - startedAt;
    this.parts.evidence.count(route, arm, { failed, latencyMs, unitGroup: group, segments });
  }

  /** Once the caller has the answer. What waits for it is held by a budget of its own. */
  private readLater(
    exchange: Exchange,
    arm: 'primary' | 'candidate',
    answer: ModelAnswer,
    bytes: number,
  ): void {
    const { route, body, segments } = exchange;
    if (!wantsReading(route)) return;
    const sent = body.kind === 'whole' ? body.bytes : null;
    const { later, evidence } = this.parts;
    const hold = exchange.hold.another();
    if (!hold.take(bytes + (sent?.buffer.byteLength ?? 0))) return later.leaveOut();
    const read = (): void =>
      // The form of an answer that says no (400) is not the model's.
      evidence.observe(
        route,
        arm,
        segments,
        observeExchange(route, sent, answer.status < 400 ? answer : null),
      );
    later.add(read, hold);
  }

  /** A prediction that says 200 and cannot be read by the output spec is no answer. */
  private isGarbage({ route, request }: Exchange, { status, body }: WholeAnswer): boolean {
    if (route.outputSpec === null || status >= 300 || request.method !== 'POST') return false;
    const answer = new ModelAnswer(status, body);
    if (answer.reading(route.outputSpec) !== null) return false;
    if (answer.unreadable !== null)
      this.parts.metrics.unreadable(route.model, 'candidate', answer.unreadable);
    return true;
  }
}
