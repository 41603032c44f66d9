import type { RouteTarget } from '#libs/traffic';
import {
  GEN_AI,
  HTTP,
  nowMs,
  pathOf,
  type Span,
  type SpanAttributes,
  type SpanContext,
  traceparentOf,
  UNDERSTUDY,
} from '#libs/tracing';
import { reasonOf } from '../forward/reasons.ts';
import type { AnswerClock } from '../upstream/connection/answer-clock.ts';
import type { Origin } from '../upstream/origin.ts';
import type { KeptAnswer } from './generation-reader.ts';
import type { AskSpan, Purpose } from './spans.ts';

/** The caller's request, where an ask begins. */
export interface Asking {
  /** Of HTTP. */
  readonly method: string;
  readonly name: string | undefined;
  readonly context: SpanContext;
  /** Which model and rollout it is about. */
  readonly routeAttributes: SpanAttributes;
  /** What it asks a generative model for; empty: it is none. */
  readonly askedFor: SpanAttributes;
  /** A span below its own. */
  below(name: string): Span;
  /** Keeps an answer of a model server, to be read for its span; `null`: by its head there is nothing to read. */
  answer(status: number, headers: readonly string[]): KeptAnswer | null;
}

/** Which arm it is that is asked so. */
const ARMS = {
  candidate: 'candidate',
  primary: 'primary',
  replacement: 'primary',
  'second opinion': 'primary',
  shadow: 'shadow',
} as const satisfies Record<Purpose, string>;

/**
 * The span of one request to a model server, below that of the caller's request. It begins when the request is handed to the pool, so
 * what is never sent has none.
 */
export class AskTrace implements AskSpan {
  line = '';
  private span: Span | null = null;
  private status = 0;
  private kept: KeptAnswer | null = null;

  constructor(
    private readonly request: Asking,
    private readonly purpose: Purpose,
    private readonly target: RouteTarget,
    private readonly rest: string,
  ) {}

  get requestName(): string | undefined {
    return this.request.name;
  }

  begin(origin: Origin | null): void {
    const { request, purpose, target } = this;
    const arm = ARMS[purpose];
    // Of what is not recorded there is nothing to tell apart.
    this.span = request.name !== undefined ? request.below(`${request.method} ${arm}`) : null;
    this.line = `traceparent: ${traceparentOf(this.span?.context ?? request.context)}\r\n`;
    this.span?.set({
      ...request.routeAttributes,
      ...request.askedFor,
      [HTTP.method]: request.method,
      [UNDERSTUDY.version]: target.version,
      [UNDERSTUDY.arm]: arm,
      [UNDERSTUDY.purpose]: purpose,
      ...(origin === null ? {} : placeOf(origin, this.rest)),
    });
  }

  sentTo(origin: Origin): void {
    this.span?.set(placeOf(origin, this.rest));
  }

  head(status: number, headers: readonly string[]): void {
    this.status = status;
    if (this.span === null) return;
    this.kept?.drop();
    this.kept = this.request.answer(status, headers);
  }

  chunk(bytes: Buffer): void {
    this.kept?.add(bytes);
  }

  ended(clock: AnswerClock, tries: number): void {
    const { status, kept } = this;
    if (status >= 400) this.span?.fail(String(status));
    this.kept = null;
    this.end(clock, tries, kept);
  }

  failed(why: Error | string, clock: AnswerClock, tries = 1): void {
    this.kept?.drop();
    this.kept = null;
    if (this.span === null) return;
    if (typeof why === 'string') this.span.fail(why);
    else this.span.fail(reasonOf(why), why.message);
    this.end(clock, tries);
  }

  /** @param answer read later; the span has its end from now all the same */
  private end(clock: AnswerClock, tries: number, answer: KeptAnswer | null = null): void {
    const { span, status } = this;
    if (span === null) return;
    this.span = null;
    const { firstPartMs } = clock;
    span.set({
      ...(status === 0 ? {} : { [HTTP.status]: status }),
      ...(tries > 1 ? { [HTTP.resends]: tries - 1 } : {}),
      ...(firstPartMs === null ? {} : { [GEN_AI.timeToFirstChunk]: firstPartMs / 1_000 }),
    });
    const at = nowMs() - (performance.now() - clock.moment);
    if (answer === null) return span.end(at);
    answer.read((said) => {
      span.set(said);
      span.end(at);
    });
  }
}

/** Where it went; the serving URL's query and what is before its host may hold secrets. */
function placeOf({ secure, host, port, authority, base }: Origin, rest: string): SpanAttributes {
  return {
    [HTTP.serverAddress]: host,
    [HTTP.serverPort]: port,
    [HTTP.url]: `${secure ? 'https' : 'http'}://${authority}${base}${pathOf(rest)}`,
  };
}
