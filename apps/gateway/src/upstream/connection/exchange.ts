import type { Owner } from '#libs/data-plane';
import type { RequestBody } from '../../request/request-body.ts';
import type { AnswerClock } from './answer-clock.ts';

/**
 * What is told of an answer, in this order; `failed` may come at any time and is the last. Where one of these throws,
 * the exchange is ended (`endBy`), whatever connection it was told from.
 */
export interface AnswerListener extends Owner {
  /** A 1xx before the answer. */
  interim?(status: number, headers: readonly string[]): void;
  /** @param headers names and values in turn, as they came; @param resume goes on after a `chunk` that said stop */
  head(status: number, headers: readonly string[], resume: () => void): void;
  /** @returns `false` to be sent no more until `resume` */
  chunk(bytes: Buffer): boolean;
  /** @param trailers names and values in turn */
  end(trailers: readonly string[]): void;
  failed(error: Error): void;
}

/** One request on a connection. */
export interface Exchange {
  readonly method: string;
  /** Request line and headers with the empty line, as latin1. */
  readonly head: string;
  readonly body: RequestBody;
  /** The body comes without a length, so it is sent in chunks. */
  readonly chunked: boolean;
  readonly listener: AnswerListener;
  /** Told of what happens, when it happens. */
  readonly clock: AnswerClock;
}
