import type { RequestHead } from '../http/request-head.ts';
import { joinedField } from '../http/joined-field.ts';
import type { RequestSpan } from '../tracing/spans.ts';
import { BodyFlow, type FlowSource } from './body-flow.ts';

/** Who takes the body of a request, as it comes. */
export interface BodyListener {
  data(bytes: Buffer): void;
  end(): void;
}

/** One request of a caller. A body that nobody listens to is dropped. */
export class CallerRequest {
  /** All of the body has come. */
  complete = false;
  /** Its span; `null`: no spans are exported. */
  trace: RequestSpan | null = null;
  private listener: BodyListener | null = null;
  private flow: BodyFlow | null = null;
  private bytes = 0;

  constructor(
    readonly head: RequestHead,
    readonly remoteAddress: string | undefined,
    /** Of the caller's connection. */
    readonly scheme: 'http' | 'https',
    private readonly source: FlowSource,
  ) {}

  get method(): string {
    return this.head.method;
  }

  get url(): string {
    return this.head.url;
  }

  /** A header by its name in lower case; several lines of it are one (`joinedField`). */
  header(name: string): string | undefined {
    return joinedField(this.head.headers, name);
  }

  listen(listener: BodyListener): void {
    this.listener = listener;
  }

  /** The rest of the body, no faster than it is taken, after what has come already. */
  flowAfter(first: readonly Buffer[]): BodyFlow {
    const flow = new BodyFlow(this.source, first);
    this.flow = flow;
    this.listener = { data: (bytes) => flow.push(bytes), end: () => flow.end() };
    if (this.complete) flow.end();
    return flow;
  }

  /** Others wait for the connection to the model server that this body holds. */
  get isContested(): boolean {
    return this.flow?.isContested ?? false;
  }

  /** Of the body, so far. */
  get receivedBytes(): number {
    return this.bytes;
  }

  /** By the connection: the next bytes of the body. */
  take(bytes: Buffer): void {
    this.bytes += bytes.length;
    this.listener?.data(bytes);
  }

  /** By the connection: the body is whole. */
  finish(): void {
    this.complete = true;
    this.listener?.end();
  }

  /** By the connection: the caller has left before that. */
  breakOff(): void {
    this.listener = null;
    this.flow?.breakOff();
  }
}
