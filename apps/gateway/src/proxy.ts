import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { signReceipt } from '#libs/receipts';
import { UNIT_GROUPS } from '#libs/stats';
import {
  chooseArm,
  isMirrored,
  parseAnswer,
  readOutput,
  unitGroup,
  type Route,
  type RouteTarget,
} from '#libs/traffic';
import { AnswerWriter } from './answer-writer.ts';
import type { EvidenceCollector } from './evidence-collector.ts';
import { header, requestHeaders, responseHeaders } from './headers.ts';
import { joined } from './joined.ts';
import type { LocalTrips } from './local-trips.ts';
import type { GatewayMetrics } from './metrics.ts';
import { observeExchange, wantsReading } from './observe-exchange.ts';
import type { ReadLater } from './read-later.ts';
import { placeOf } from './place.ts';
import { readBody, type RequestBody } from './request-body.ts';
import { respondProblem } from './respond.ts';
import type { RouteTable } from './route-table.ts';
import { segmentsOf, type KnownSegments } from './segments.ts';
import type { Shadow } from './shadow.ts';
import {
  type Call,
  sendForWhole,
  type UpstreamPool,
  type UpstreamRequest,
  type WholeAnswer,
} from './upstream.ts';

export interface ProxySettings {
  /** Bodies up to this size can be copied, and repeated on the primary. */
  readonly maxBufferedBytes: number;
  readonly candidateTimeoutMs: number;
}

/** One request on its way: where it goes, and what is said about it in the answer. */
interface Exchange {
  readonly route: Route;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly rest: string;
  readonly body: RequestBody;
  readonly requestId: string;
  readonly unitGroup: number;
  /** The arm that the unit belongs to. */
  readonly assigned: 'primary' | 'candidate';
  /** Bounded names of the segments that the request belongs to. */
  readonly segments: readonly string[];
  /** What is under way for it. */
  call: Call | null;
  /** The caller has gone away. */
  gone: boolean;
}

/** Forwards `/models/{model}/<path>` to the arm of the request's unit. */
export class Proxy {
  constructor(
    private readonly settings: ProxySettings,
    private readonly routes: RouteTable,
    private readonly pool: UpstreamPool,
    private readonly shadow: Shadow,
    private readonly evidence: EvidenceCollector,
    private readonly metrics: GatewayMetrics,
    private readonly later: ReadLater,
    private readonly segments: KnownSegments,
    private readonly trips: LocalTrips,
  ) {}

  handle(request: IncomingMessage, response: ServerResponse): void {
    if (request.httpVersionMajor !== 1)
      return respondProblem(response, 505, 'http_version_unsupported', 'Speak HTTP/1.1.');
    const place = placeOf(request.url ?? '');
    if (!place)
      return respondProblem(
        response,
        404,
        'path_unknown',
        'Call /models/{model}/<path of the model server>.',
      );
    const route = this.routes.find(place.model);
    if (!route) return this.noRoute(response, place.model);
    const requestId = header(request, 'x-request-id') ?? randomUUID();
    const unit = header(request, 'x-understudy-unit') ?? requestId;
    readBody(request, this.settings.maxBufferedBytes, (body) => {
      const bytes = body.kind === 'whole' ? body.bytes : null;
      // A body too large to hold cannot be sent twice, so it goes where nothing has to be repeated.
      const assigned = bytes === null ? 'primary' : chooseArm(route, unit);
      const judged = route.rolloutId !== null;
      const exchange: Exchange = {
        route,
        request,
        response,
        rest: place.rest,
        body,
        requestId,
        unitGroup: judged ? unitGroup(route.salt, unit, UNIT_GROUPS) : 0,
        assigned,
        segments: judged ? this.segments.bounded(route, segmentsOf(route, request.headers, bytes)) : [],
        call: null,
        gone: false,
      };
      response.on('close', () => {
        if (response.writableFinished) return;
        exchange.gone = true;
        exchange.call?.abort();
      });
      this.evidence.served(route, assigned, requestId, exchange.segments);
      if (route.candidate && assigned === 'candidate') {
        // What the primary answers in its stead is in no arm's evidence, as with any other fall-back.
        if (this.trips.isTripped(route)) this.askPrimary(exchange, 'stands in');
        else this.askCandidate(exchange, route.candidate);
      } else this.askPrimary(exchange, 'own');
    });
  }

  /** The candidate's answer is kept whole before the caller sees any of it: until then the primary can answer. */
  private askCandidate(exchange: Exchange, candidate: RouteTarget): void {
    const { route, response } = exchange;
    const startedAt = performance.now();
    const limits = {
      timeoutMs: this.settings.candidateTimeoutMs,
      maxBytes: this.settings.maxBufferedBytes,
    };
    exchange.call = sendForWhole(this.pool, this.upstream(exchange, candidate), limits, (answer) => {
      // A caller that left blames nobody.
      if (exchange.gone) return;
      const failed = answer instanceof Error || answer.status >= 500;
      this.count(exchange, 'candidate', failed, startedAt);
      if (!(answer instanceof Error) && !failed)
        this.readLater(exchange, 'candidate', answer.status, answer.body);
      if (answer instanceof Error || failed || isGarbage(exchange, answer)) {
        this.metrics.fellBack(route.model);
        return this.askPrimary(exchange, failed ? 'candidate failed' : 'stands in');
      }
      this.trips.note(route, false);
      const { status, headers, body } = answer;
      this.metrics.answered(route.model, 'candidate', status);
      response.writeHead(status, responseHeaders(headers, this.ours(exchange, 'candidate', candidate)));
      response.end(body);
    });
  }

  /** @param why a request that is not the primary's own belongs to the candidate's arm, and is counted there, if at all */
  private askPrimary(exchange: Exchange, why: 'own' | 'candidate failed' | 'stands in'): void {
    const counted = why === 'own';
    const { route, response, body, requestId } = exchange;
    const mirrored = counted && body.kind === 'whole' && isMirrored(route, requestId);
    const read = counted && wantsReading(route);
    const kept: Buffer[] | null = mirrored || read ? [] : null;
    const startedAt = performance.now();
    let [size, status] = [0, 0];
    const writer = new AnswerWriter(response);
    exchange.call = this.pool.send(this.upstream(exchange, route.primary), {
      head: (gotStatus, headers, resume) => {
        status = gotStatus;
        const ours = this.ours(exchange, 'primary', route.primary);
        writer.head(status, responseHeaders(headers, ours), resume);
      },
      chunk: (bytes) => {
        size += bytes.length;
        if (kept && size <= this.settings.maxBufferedBytes) kept.push(bytes);
        return writer.chunk(bytes);
      },
      end: () => {
        writer.end();
        this.done(exchange, counted, status, startedAt);
        if (why === 'candidate failed') this.trips.note(route, status < 500);
        if (!kept || size > this.settings.maxBufferedBytes) return;
        const whole = joined(kept);
        if (read) this.readLater(exchange, 'primary', status, whole);
        if (mirrored && route.candidate)
          this.shadow.mirror(route, this.upstream(exchange, route.candidate), {
            status,
            body: whole,
            requestId,
            unitGroup: exchange.unitGroup,
            segments: exchange.segments,
          });
      },
      failed: (error) => {
        if (exchange.gone) return;
        this.done(exchange, counted, 502, startedAt);
        this.primaryFailed(exchange, error);
      },
    });
  }

  private primaryFailed(exchange: Exchange, error: Error): void {
    const { route, response } = exchange;
    const ours = this.ours(exchange, 'primary', route.primary);
    const own = Object.fromEntries(
      ours.flatMap((name, i) => (i % 2 === 0 ? [[name, ours[i + 1] ?? '']] : [])),
    );
    const [status, code, what] = /Timeout/.test(error.name)
      ? ([504, 'model_timeout', 'did not answer in time'] as const)
      : ([502, 'model_unreachable', 'could not be reached, or broke off its answer'] as const);
    respondProblem(response, status, code, `The model server of ${route.model} ${what}.`, own);
  }

  private done(exchange: Exchange, counted: boolean, status: number, startedAt: number): void {
    const { route } = exchange;
    const latencyMs = performance.now() - startedAt;
    this.metrics.answered(route.model, 'primary', status);
    this.metrics.took(route.model, latencyMs / 1_000);
    if (counted) this.count(exchange, 'primary', status >= 500, startedAt);
  }

  private count(exchange: Exchange, arm: 'primary' | 'candidate', failed: boolean, startedAt: number): void {
    const { route, unitGroup: group, segments } = exchange;
    const latencyMs = performance.now() - startedAt;
    this.evidence.count(route, arm, { failed, latencyMs, unitGroup: group, segments });
  }

  /** Once the caller has the answer. */
  private readLater(exchange: Exchange, arm: 'primary' | 'candidate', status: number, answer: Buffer): void {
    const { route, body, segments } = exchange;
    if (!wantsReading(route)) return;
    const sent = body.kind === 'whole' ? body.bytes : null;
    this.later.add(() =>
      this.evidence.observe(
        route,
        arm,
        segments,
        // The form of an answer that says no (400) is not the model's.
        observeExchange(route, sent, status < 400 ? answer.toString('utf8') : null),
      ),
    );
  }

  private upstream({ request, rest, body }: Exchange, target: RouteTarget): UpstreamRequest {
    return {
      method: request.method ?? 'GET',
      target,
      rest,
      headers: requestHeaders(request.rawHeaders, body.kind === 'whole'),
      body,
    };
  }

  private ours(exchange: Exchange, arm: string, target: RouteTarget): string[] {
    const { requestId, route, assigned, segments } = exchange;
    const key = this.routes.receiptKey;
    const receipt =
      key !== null && route.rolloutId !== null
        ? signReceipt(
            {
              model: route.model,
              rolloutId: route.rolloutId,
              revision: route.revision,
              arm: assigned,
              requestId,
              segments,
            },
            key,
          )
        : null;
    const headers = [
      'x-understudy-version',
      String(target.version),
      'x-understudy-arm',
      arm,
      'x-request-id',
      requestId,
    ];
    if (receipt !== null) headers.push('x-understudy-receipt', receipt);
    return headers;
  }

  private noRoute(response: ServerResponse, model: string): void {
    if (!this.routes.isFilled) {
      return respondProblem(
        response,
        503,
        'routes_unknown',
        'This gateway has not heard from the api yet, and found no routes on its disk.',
        { 'retry-after': '1' },
      );
    }
    return respondProblem(
      response,
      404,
      'model_not_served',
      `No version of "${model}" serves. Register one, or check the name.`,
    );
  }
}

/** A prediction that says 200 and cannot be read by the output spec is no answer. */
function isGarbage({ route, request }: Exchange, { status, body }: WholeAnswer): boolean {
  if (route.outputSpec === null || status >= 300 || request.method !== 'POST') return false;
  return readOutput(parseAnswer(body.toString('utf8')), route.outputSpec) === null;
}
