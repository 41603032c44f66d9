import type { Route, RouteTarget } from '#libs/traffic';
import type { SpanContext } from '#libs/tracing';
import type { AnswerClock } from '../upstream/connection/answer-clock.ts';
import type { Origin } from '../upstream/origin.ts';

/** Why a model server is asked: for its own callers, in the candidate's stead, to judge the candidate's answer, or for a copy. */
export type Purpose = 'candidate' | 'primary' | 'replacement' | 'second opinion' | 'shadow';

/** What a caller's request turns out to be about, and who answers it in the end. */
export interface Answered {
  readonly route: Route;
  /** Path and query below the model. */
  readonly rest: string;
  readonly body: { readonly kind: 'whole'; readonly bytes: Uint8Array } | { readonly kind: 'streaming' };
  readonly assigned: 'primary' | 'candidate';
  readonly answeredBy: 'primary' | 'candidate';
}

/** The span of one caller's request (`request-trace.ts`). */
export interface RequestSpan {
  readonly context: SpanContext;
  /** As evidence names it; `undefined`: it is not recorded. */
  readonly name: string | undefined;
  /** What of the caller's own trace does not go on. */
  readonly replaces: 'parent' | 'all';
  /** It has a model to go to. */
  isFor(answered: Answered): void;
  ask(purpose: Purpose, target: RouteTarget, rest: string): AskSpan;
  /** What it is in the evidence of its arm. @param why it has failed; `null`: it has not */
  counted(why: string | null): void;
  /** The primary answers in the candidate's stead. */
  replaced(because: string): void;
  /** The caller gets no whole answer, or one that says that there is none; the first reason counts. */
  failed(why: string): void;
}

/** The span of one request to a model server (`ask-trace.ts`). */
export interface AskSpan {
  /** What the model server is told, with its CRLF; once it has begun. */
  readonly line: string;
  /** Of the caller's request, as evidence names it; `undefined`: that is not recorded. */
  readonly requestName: string | undefined;
  /** @param origin `null`: the serving URL is none that could be asked */
  begin(origin: Origin | null): void;
  /** Of a version with several serving URLs: it is sent to this one. */
  sentTo(origin: Origin): void;
  /** @param headers names and values in turn */
  head(status: number, headers: readonly string[]): void;
  /** A part of the answer's body, as it comes. */
  chunk(bytes: Buffer): void;
  /** @param tries on connections, this one included */
  ended(clock: AnswerClock, tries: number): void;
  failed(why: Error | string, clock: AnswerClock, tries?: number): void;
}
