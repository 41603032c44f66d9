import { randomUUID } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { chooseArm, isMirrored, type Route, type RouteTarget } from '#libs/traffic';
import type { EvidenceCollector } from './evidence-collector.ts';
import { requestHeaders, responseHeaders } from './headers.ts';
import type { GatewayMetrics } from './metrics.ts';
import { readBody, type RequestBody } from './request-body.ts';
import { respondProblem, writeChunk } from './respond.ts';
import type { RouteTable } from './route-table.ts';
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
    const exchange: Exchange = {
      route,
      request,
      response,
      rest: (match[2] ?? '/') + (match[3] ?? ''),
      body,
      requestId,
      caller: abort.signal,
    };

    // A body too large to hold cannot be sent twice, so it goes where nothing has to be repeated.
    if (body.kind === 'whole' && route.candidate && chooseArm(route, unit) === 'candidate') {
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
      return true;
    } catch {
      return caller.aborted; // a caller that left blames nobody
    } finally {
      if (!caller.aborted || !failed)
        this.evidence.count(route, 'candidate', { failed, latencyMs: performance.now() - startedAt });
    }
  }

  /** @param counted `false` for a request that fell back: it belongs to the candidate's arm, and is counted there */
  private async answerFromPrimary(exchange: Exchange, counted: boolean): Promise<void> {
    const { route, response, caller, body, requestId } = exchange;
    const mirrored = counted && body.kind === 'whole' && isMirrored(route, requestId);
    const kept: Buffer[] | null = mirrored ? [] : null;
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
      if (kept && route.candidate && size <= this.settings.maxBufferedBytes) {
        this.shadow.mirror(route, this.upstream(exchange, route.candidate), {
          status,
          body: Buffer.concat(kept),
        });
      }
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

  private done({ route }: Exchange, counted: boolean, status: number, startedAt: number): void {
    const latencyMs = performance.now() - startedAt;
    this.metrics.requests.inc({ model: route.model, arm: 'primary', status: String(status) });
    this.metrics.seconds.observe({ model: route.model, arm: 'primary' }, latencyMs / 1_000);
    if (counted) this.evidence.count(route, 'primary', { failed: status >= 500, latencyMs });
  }

  private upstream({ request, rest, body }: Exchange, target: RouteTarget): UpstreamRequest {
    return {
      method: request.method ?? 'GET',
      url: target.url.replace(/\/+$/, '') + rest,
      headers: requestHeaders(request.rawHeaders, body.kind === 'whole'),
      body,
    };
  }

  private ours({ requestId }: Exchange, arm: string, target: RouteTarget): OutgoingHttpHeaders {
    return {
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
