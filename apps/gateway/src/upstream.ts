import { Readable } from 'node:stream';
import { Agent } from 'undici';
import type { RouteTarget } from '#libs/traffic';
import { joined } from './joined.ts';
import type { RequestBody } from './request-body.ts';

/** One request to a model server. */
export interface UpstreamRequest {
  readonly method: string;
  readonly target: RouteTarget;
  /** Path and query below the serving URL, untouched. */
  readonly rest: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: RequestBody;
}

/** What is told of an answer, in this order; `failed` may come at any time and is the last. */
export interface AnswerListener {
  /** @param headers names and values in turn, as they came; @param resume goes on after a `chunk` that said stop */
  head(status: number, headers: readonly Buffer[], resume: () => void): void;
  /** @returns `false` to be sent no more until `resume` */
  chunk(bytes: Buffer): boolean;
  end(): void;
  failed(error: Error): void;
}

/** A request under way. */
export interface Call {
  abort(): void;
}

interface Place {
  readonly origin: string;
  /** Path of the serving URL without a slash at its end. */
  readonly base: string;
}

/**
 * Connections to model servers of one role. Callers' and shadow's are apart, so that one cannot starve the other.
 * Answers come by callbacks: streams and promises for each request cost more than the forwarding itself (`bench/gateway.ts`).
 */
export class UpstreamPool {
  private readonly agent: Agent;
  private readonly places = new WeakMap<RouteTarget, Place>();

  constructor(settings: { readonly connections: number; readonly timeoutMs: number }) {
    this.agent = new Agent({
      connections: settings.connections,
      connectTimeout: Math.min(5_000, settings.timeoutMs),
      headersTimeout: settings.timeoutMs,
      bodyTimeout: settings.timeoutMs,
      keepAliveTimeout: 4_000,
    });
  }

  /** Never throws: whatever is wrong is told to the listener. */
  send(request: UpstreamRequest, listener: AnswerListener): Call {
    const { origin, base } = this.placeOf(request.target);
    const { body } = request;
    const payload =
      body.kind === 'streaming'
        ? Readable.from(body.stream, { objectMode: false })
        : body.bytes.length > 0
          ? body.bytes
          : null;
    let abort: ((error?: Error) => void) | null = null;
    let [aborted, over] = [false, false];
    const fail = (error: Error): void => {
      if (over) return;
      over = true;
      listener.failed(error);
    };
    try {
      this.agent.dispatch(
        {
          origin,
          path: base + request.rest,
          method: request.method as 'POST',
          headers: request.headers,
          body: payload,
        },
        {
          onConnect(cancel) {
            if (aborted) cancel(new AbortedError());
            else abort = cancel;
          },
          onHeaders(status, headers, resume) {
            // 100 to 199: the answer is still to come.
            if (status >= 200) listener.head(status, headers, resume);
            return true;
          },
          onData: (chunk) => listener.chunk(chunk),
          onComplete() {
            over = true;
            listener.end();
          },
          onError: fail,
        },
      );
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)));
    }
    return {
      abort: () => {
        if (over) return;
        aborted = true;
        // One that still waits for a connection is over at once.
        if (abort) abort(new AbortedError());
        else fail(new AbortedError());
      },
    };
  }

  private placeOf(target: RouteTarget): Place {
    let place = this.places.get(target);
    if (!place) {
      const { origin, pathname } = new URL(target.url);
      this.places.set(target, (place = { origin, base: pathname.replace(/\/+$/, '') }));
    }
    return place;
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }
}

/** The request was given up by us. */
export class AbortedError extends Error {}

/**
 * Sends a request and keeps its whole answer, within a time and a size.
 * @param settle called once: with the answer, or with what went wrong
 */
export function sendForWhole(
  pool: UpstreamPool,
  request: UpstreamRequest,
  limits: { readonly timeoutMs: number; readonly maxBytes: number },
  settle: (answer: WholeAnswer | Error) => void,
): Call {
  const chunks: Buffer[] = [];
  let [size, status] = [0, 0];
  let headers: readonly Buffer[] = [];
  let reason: Error | null = null;
  const giveUp = (error: Error): void => {
    reason ??= error;
    call.abort();
  };
  // One for the whole answer: a drip of bytes must not hold a caller for ever.
  const timer = setTimeout(() => giveUp(new Error('no answer in time')), limits.timeoutMs);
  const call = pool.send(request, {
    head(gotStatus, gotHeaders) {
      status = gotStatus;
      headers = gotHeaders;
    },
    chunk(bytes) {
      size += bytes.length;
      if (size > limits.maxBytes) giveUp(new Error(`the answer is larger than ${limits.maxBytes} bytes`));
      else chunks.push(bytes);
      return true;
    },
    end() {
      clearTimeout(timer);
      settle({ status, headers, body: joined(chunks) });
    },
    failed(error) {
      clearTimeout(timer);
      settle(reason ?? error);
    },
  });
  return call;
}

export interface WholeAnswer {
  readonly status: number;
  readonly headers: readonly Buffer[];
  readonly body: Buffer;
}
