import { readGenerationRequest, type RouteTarget } from '#libs/traffic';
import {
  callersSpan,
  GEN_AI,
  HTTP,
  methodOf,
  nowMs,
  pathOf,
  type Span,
  type SpanAttributes,
  type SpanContext,
  spanName,
  type Tracing,
  UNDERSTUDY,
} from '#libs/tracing';
import type { CallerRequest } from '../callers/caller-request.ts';
import type { CallerResponse } from '../callers/caller-response.ts';
import { PROCESS, soon } from '#libs/data-plane';
import { type Asking, AskTrace } from './ask-trace.ts';
import type { GenerationReader, KeptAnswer } from './generation-reader.ts';
import type { Answered, AskSpan, Purpose, RequestSpan } from './spans.ts';

/** Names are ours: a model's name and a path are what somebody else has chosen. */
const ROUTE = '/models/{model}/{path}';

/** Where spans are written, and what is read for them. */
export interface Traces {
  readonly spans: Tracing;
  readonly generations: GenerationReader;
}

/**
 * The span of one caller's request, from its head to the last byte of its answer. It continues the caller's trace where that is one. What is
 * not recorded costs its ids and nothing else.
 */
export class RequestTrace implements RequestSpan, Asking {
  readonly method: string;
  readonly name: string | undefined;
  readonly replaces: 'parent' | 'all';
  routeAttributes: SpanAttributes = {};
  askedFor: SpanAttributes = {};
  private exchange: Answered | null = null;
  private failure: string | null = null;

  private constructor(
    private readonly traces: Traces,
    private readonly span: Span,
    private readonly request: CallerRequest,
    private readonly response: CallerResponse,
    isContinued: boolean,
  ) {
    this.method = methodOf(request.method);
    this.replaces = isContinued ? 'parent' : 'all';
    this.name = span.context.isSampled ? spanName(span.context) : undefined;
  }

  /** Begins now, and ends with the answer. */
  static begin(traces: Traces, request: CallerRequest, response: CallerResponse): RequestTrace {
    const parent = callersSpan(request.head.headers);
    const span = traces.spans.start({ name: methodOf(request.method), kind: 'server', parent });
    const trace = new RequestTrace(traces, span, request, response, parent !== null);
    if (trace.isRecorded) trace.follow();
    return trace;
  }

  get context(): SpanContext {
    return this.span.context;
  }

  get isRecorded(): boolean {
    return this.name !== undefined;
  }

  below(name: string): Span {
    return this.traces.spans.start({ name, kind: 'client', parent: this.context, isLocal: true });
  }

  answer(status: number, headers: readonly string[]): KeptAnswer | null {
    const model = this.exchange?.route.model;
    return model === undefined ? null : this.traces.generations.open(model, status, headers);
  }

  ask(purpose: Purpose, target: RouteTarget, rest: string): AskSpan {
    return new AskTrace(this, purpose, target, rest);
  }

  isFor(exchange: Answered): void {
    if (!this.isRecorded) return;
    this.exchange = exchange;
    const { model, rolloutId, revision } = exchange.route;
    this.routeAttributes = {
      [UNDERSTUDY.model]: model,
      [UNDERSTUDY.revision]: revision,
      ...(rolloutId === null ? {} : { [UNDERSTUDY.rolloutId]: rolloutId }),
    };
    this.askedFor = generationAttributes(exchange, this.request.head.headers);
    this.span.rename(`${this.method} ${ROUTE}`);
    this.span.set({
      ...this.routeAttributes,
      [HTTP.route]: ROUTE,
      [UNDERSTUDY.arm]: exchange.assigned,
    });
  }

  counted(why: string | null): void {
    if (why !== null && this.isRecorded) this.span.set({ [UNDERSTUDY.failure]: why });
  }

  replaced(because: string): void {
    if (!this.isRecorded) return;
    this.span.set({ [UNDERSTUDY.replacedBy]: 'primary', [UNDERSTUDY.replacedBecause]: because });
  }

  failed(why: string): void {
    this.failure ??= why;
  }

  private follow(): void {
    const { request, response, span } = this;
    const { remoteAddress } = request;
    span.set({
      [HTTP.method]: this.method,
      [HTTP.path]: pathOf(request.url),
      [HTTP.scheme]: request.scheme,
      [HTTP.version]: `1.${request.head.minor}`,
      ...(remoteAddress === undefined ? {} : { [HTTP.clientAddress]: remoteAddress }),
    });
    response.onOver = (finished) => {
      const at = nowMs();
      // Whoever has written the last byte says next what it was.
      soon(PROCESS, () => this.end(finished, at));
    };
  }

  private end(finished: boolean, at: number): void {
    const { response, span, exchange, failure } = this;
    const status = response.headersSent ? response.statusCode : null;
    if (status !== null) span.set({ [HTTP.status]: status });
    if (exchange !== null) span.set(answererOf(exchange));
    if (!finished) span.fail(failure ?? 'caller_gone');
    else if (failure !== null || (status ?? 0) >= 500) span.fail(failure ?? String(status));
    span.end(at);
  }
}

function answererOf({ answeredBy, route }: Answered): SpanAttributes {
  const target = answeredBy === 'candidate' && route.candidate ? route.candidate : route.primary;
  return { [UNDERSTUDY.answeredBy]: answeredBy, [UNDERSTUDY.version]: target.version };
}

function generationAttributes({ rest, body }: Answered, headers: readonly string[]): SpanAttributes {
  const asked = readGenerationRequest(rest, body.kind === 'whole' ? body.bytes : null, headers);
  if (asked === null) return {};
  const { operation, provider, model, stream } = asked;
  return {
    [GEN_AI.operation]: operation,
    [GEN_AI.provider]: provider,
    ...(model === null ? {} : { [GEN_AI.requestModel]: model }),
    ...(stream === null ? {} : { [GEN_AI.requestStream]: stream }),
  };
}
