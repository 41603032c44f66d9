import { Readable } from 'node:stream';
import type { RequestHead } from '../http/request-head.ts';

/** Who takes the body of a request, as it comes. */
export interface BodyListener {
  data(bytes: Buffer): void;
  end(): void;
}

/** How the body's bytes are held up: by the connection that they come on. */
export interface BodySource {
  pause(): void;
  resume(): void;
}

/** One request of a caller. A body that nobody listens to is dropped. */
export class CallerRequest {
  /** All of the body has come. */
  complete = false;
  private listener: BodyListener | null = null;
  private stream: Readable | null = null;

  constructor(
    readonly head: RequestHead,
    readonly remoteAddress: string | undefined,
    private readonly source: BodySource,
  ) {}

  get method(): string {
    return this.head.method;
  }

  get url(): string {
    return this.head.url;
  }

  /** The first value of a header, by its name in lower case. */
  header(name: string): string | undefined {
    const { headers } = this.head;
    for (let i = 0; i + 1 < headers.length; i += 2) {
      const one = headers[i] ?? '';
      if (one.length === name.length && (one === name || one.toLowerCase() === name)) return headers[i + 1];
    }
    return undefined;
  }

  listen(listener: BodyListener): void {
    this.listener = listener;
  }

  /** The rest of the body as a stream, no faster than it is read, after what has come already. */
  streamAfter(first: readonly Buffer[]): Readable {
    const stream = new Readable({ read: () => this.source.resume() });
    this.stream = stream;
    for (const bytes of first) stream.push(bytes);
    this.listener = {
      data: (bytes) => {
        if (!stream.push(bytes)) this.source.pause();
      },
      end: () => void stream.push(null),
    };
    if (this.complete) stream.push(null);
    return stream;
  }

  /** By the connection: the next bytes of the body. */
  take(bytes: Buffer): void {
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
    this.stream?.destroy(new Error('the caller has left'));
  }
}
