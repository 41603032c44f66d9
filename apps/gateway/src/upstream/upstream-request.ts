import type { RouteTarget } from '#libs/traffic';
import type { PassedLines } from '../heads/head-lines.ts';
import type { RequestBody } from '../request/request-body.ts';
import type { AskSpan } from '../tracing/spans.ts';
import type { AnswerClock } from './connection/answer-clock.ts';

/** One request to a model server. */
export interface UpstreamRequest {
  readonly method: string;
  /** Models that share a model server take turns. */
  readonly model: string;
  readonly target: RouteTarget;
  /** Path and query below the serving URL, untouched. */
  readonly rest: string;
  readonly headers: PassedLines;
  readonly body: RequestBody;
  /** It does no harm when the model server sees it twice. */
  readonly isRepeatable: boolean;
  /** The span of this ask; `null`: no spans are exported. */
  readonly trace: AskSpan | null;
}

/** A request under way. */
export interface Call {
  /**
   * Gives it up; `failed` is told, unless it is over.
   * @param why for its span
   */
  abort(why?: Error | 'caller_gone'): void;
  /** The serving URL that it was last sent to; `null`: none could be read. */
  readonly sentUrl: string | null;
  /** When what happened to it, so far. */
  readonly clock: AnswerClock;
}

export interface UpstreamLimits {
  /** Connections to one model server, and so requests under way at once. */
  readonly connections: number;
  /** Requests of one model that wait for a connection to one model server; what comes on top fails at once. */
  readonly waiting: number;
  /** Without a byte, in either direction; while a slow caller keeps us from reading, it does not run. */
  readonly timeoutMs: number;
  /** To set up a connection. */
  readonly connectMs: number;
  /** How long a name's addresses are used before it is looked up again. */
  readonly dnsTtlMs: number;
  /** How old a connection gets, roughly; 0: as old as it likes. */
  readonly maxAgeMs: number;
  /** Of an answer's head, as it goes on to callers. */
  readonly answerHeadBytes: number;
  /** Of an answer's body, that the gateway keeps; of a longer one no arm is told anything. */
  readonly keptBytes: number;
  /** What this gateway calls itself in `Via`. */
  readonly via: string;
}
