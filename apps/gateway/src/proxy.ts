import { randomUUID } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { signReceipt } from '#libs/receipts';
import { UNIT_GROUPS } from '#libs/stats';
import { chooseArm, isMirrored, unitGroup, type Route, type RouteTarget } from '#libs/traffic';
import type { EvidenceCollector } from './evidence-collector.ts';
import { requestHeaders, responseHeaders } from './headers.ts';
import type { GatewayMetrics } from './metrics.ts';
import { observeExchange, wantsReading } from './observe-exchange.ts';
import type { ReadLater } from './read-later.ts';
import { readBody, type RequestBody } from './request-body.ts';
import { respondProblem, writeChunk } from './respond.ts';
import type { RouteTable } from './route-table.ts';
import { segmentsOf, type KnownSegments } from './segments.ts';
import type { Shadow } from './shadow.ts';
import { readAll, type UpstreamPool, type UpstreamRequest } from './upstream.ts';

export interface ProxySettings {
  /** Bodies up to this size can be copied, and repeated on the primary. */
  readonly maxBufferedBytes: number;
  readonly candidateTimeoutMs: number;
}

const PATH = /^\/models\/([^/?#]+)(\/[^?#]*)?(\?[^#]*)?/;

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
  /** Aborted when the caller goes away. */
  readonly caller: AbortSignal;
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
  ) {}

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const match = PATH.exec(request.url ?? '');
    if (!match)
      return respondProblem(
        response,
        404,
        'path_unknown',
        'Call /models/{model}/<path of the model server>.',
      );
    const model = decode(match[1] ?? '');
    const route = this.routes.find(model);
    if (!route) return this.noRoute(response, model);

    const requestId = header(request, 'x-request-id') ?? randomUUID();
    const unit = header(request, 'x-understudy-unit') ?? requestId;
    const abort = new AbortController();
    response.on('close', () => abort.abort());
    const body = await readBody(request, this.settings.maxBufferedBytes);
    const bytes = body.kind === 'whole' ? body.bytes : null;
    // A body too large to hold cannot be sent twice, so it goes where nothing has to be repeated.
    const assigned = bytes === null ? 'primary' : chooseArm(route, unit);
    const exchange: Exchange = {
      route,
      request,
      response,
      rest: (match[2] ?? '/') + (match[3] ?? ''),
      body,
      requestId,
      unitGroup: unitGroup(route.salt, unit, UNIT_GROUPS),
      assigned,
      segments: this.segments.bounded(route, segmentsOf(route, request.headers, bytes)),
      caller: abort.signal,
    };
    this.evidence.served(route, assigned, requestId, exchange.segments);

    if (route.candidate && assigned === 'candidate') {
      if (await this.answerFromCandidate(exchange, route.candidate)) return;
      this.metrics.fallbacks.inc({ model });
      return this.answerFromPrimary(exchange, false);
    }
    return this.answerFromPrimary(exchange, true);
  }

  /** @returns `false` when the candidate could not answer and nothing was sent to the caller yet */
  private async answerFromCandidate(exchange: Exchange, candidate: RouteTarget): Promise<boolean> {
    const { route, response, caller } = exchange;
    const startedAt = performance.now();
    let failed = true;
    try {
      const signal = AbortSignal.any([caller, AbortSignal.timeout(this.settings.candidateTimeoutMs)]);
      const answer = await this.pool.send(this.upstream(exchange, candidate), signal);
      const body = await readAll(answer.body, this.settings.maxBufferedBytes);
      failed = answer.status >= 500;
      if (failed) return false;
      this.metrics.requests.inc({ model: route.model, arm: 'candidate', status: String(answer.status) });
      response.writeHead(
        answer.status,
        responseHeaders(answer.headers, this.ours(exchange, 'candidate', candidate)),
      );
      response.end(body);
      this.readLater(exchange, 'candidate', answer.status, body);
      return true;
    } catch {
      return caller.aborted; // a caller that left blames nobody
    } finally {
      if (!caller.aborted || !failed) this.count(exchange, 'candidate', failed, startedAt);
    }
  }

  /** @param counted `false` for a request that fell back: it belongs to the candidate's arm, and is counted there */
  private async answerFromPrimary(exchange: Exchange, counted: boolean): Promise<void> {
    const { route, response, caller, body, requestId } = exchange;
    const mirrored = counted && body.kind === 'whole' && isMirrored(route, requestId);
    const read = counted && wantsReading(route);
    const kept: Buffer[] | null = mirrored || read ? [] : null;
    const startedAt = performance.now();
    try {
      const answer = await this.pool.send(this.upstream(exchange, route.primary), caller);
      const { status } = answer;
      response.writeHead(
        status,
        responseHeaders(answer.headers, this.ours(exchange, 'primary', route.primary)),
      );
      let size = 0;
      for await (const chunk of answer.body) {
        size += chunk.length;
        if (kept && size <= this.settings.maxBufferedBytes) kept.push(chunk);
        await writeChunk(response, chunk);
      }
      response.end();
      this.done(exchange, counted, status, startedAt);
      if (!kept || size > this.settings.maxBufferedBytes) return;
      const whole = Buffer.concat(kept);
      if (read) this.readLater(exchange, 'primary', status, whole);
      if (mirrored && route.candidate)
        this.shadow.mirror(route, this.upstream(exchange, route.candidate), {
          status,
          body: whole,
          requestId,
          unitGroup: exchange.unitGroup,
          segments: exchange.segments,
        });
    } catch (error) {
      if (caller.aborted) return;
      this.done(exchange, counted, 502, startedAt);
      const ours = this.ours(exchange, 'primary', route.primary);
      const timedOut =
        error instanceof Error && (error.name === 'TimeoutError' || /Timeout/.test(error.name));
      if (timedOut)
        respondProblem(
          response,
          504,
          'model_timeout',
          `The model server of ${route.model} did not answer in time.`,
          ours,
        );
      else
        respondProblem(
          response,
          502,
          'model_unreachable',
          `The model server of ${route.model} could not be reached, or broke off its answer.`,
          ours,
        );
    }
  }

  private done(exchange: Exchange, counted: boolean, status: number, startedAt: number): void {
    const { route } = exchange;
    const latencyMs = performance.now() - startedAt;
    this.metrics.requests.inc({ model: route.model, arm: 'primary', status: String(status) });
    this.metrics.seconds.observe({ model: route.model, arm: 'primary' }, latencyMs / 1_000);
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
      url: target.url.replace(/\/+$/, '') + rest,
      headers: requestHeaders(request.rawHeaders, body.kind === 'whole'),
      body,
    };
  }

  private ours(exchange: Exchange, arm: string, target: RouteTarget): OutgoingHttpHeaders {
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
    return {
      ...(receipt === null ? {} : { 'x-understudy-receipt': receipt }),
      'x-understudy-version': String(target.version),
      'x-understudy-arm': arm,
      'x-request-id': requestId,
    };
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

function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' && value.length > 0 && value.length <= 1_000 ? value : null;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
