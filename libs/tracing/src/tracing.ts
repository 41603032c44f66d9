import type { SpanContext } from './trace-context.ts';

export type SpanAttributes = Readonly<Record<string, string | number | boolean | readonly string[]>>;
export type SpanKind = 'server' | 'client' | 'internal';

/** Another span that this one has to do with, and how. */
export interface SpanLink {
  readonly context: SpanContext;
  readonly attributes?: SpanAttributes;
}

export interface SpanStart {
  readonly name: string;
  readonly kind: SpanKind;
  /** `null`: it begins a trace of its own. */
  readonly parent: SpanContext | null;
  /** The parent is a span of this process, whose word is followed. */
  readonly isLocal?: boolean;
  readonly links?: readonly SpanLink[];
  /** When it began, by `nowMs`; left out: now. */
  readonly at?: number;
}

/** One piece of work. Of one that is not recorded everything but its context is dropped. */
export interface Span {
  readonly context: SpanContext;
  set(attributes: SpanAttributes): void;
  rename(name: string): void;
  /**
   * It has failed.
   * @param type `error.type`: of a bounded set, never a peer's text
   */
  fail(type: string, message?: string): void;
  /** @param at when, by `nowMs`; left out: now */
  end(at?: number): void;
}

/** Where a process writes down what it does. Never throws, and never waits. */
export interface Tracing {
  start(span: SpanStart): Span;
  /** Exports what is left, within a few seconds. */
  stop(): Promise<void>;
}

/** Which process says it. */
export interface Teller {
  /** `gateway`: its spans are of the service `understudy-gateway`, unless it is named otherwise. */
  readonly process: 'gateway' | 'api' | 'worker';
  /** Tells apart several of them. */
  readonly instance: string;
}

/** Where spans go and which ones; all of it was checked at boot. */
export interface TracingSettings {
  readonly url: string;
  readonly protocol: 'http/protobuf' | 'http/json';
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly compression: 'none' | 'gzip';
  readonly sampler: {
    readonly kind: 'always_on' | 'always_off' | 'traceidratio';
    /** The caller's word counts where it has one. */
    readonly isParentBased: boolean;
    /** Of traces that begin here, 0 to 1. */
    readonly ratio: number;
  };
  /** Recorded traces that one process takes part in. */
  readonly tracesPerSecond: number;
  readonly exportEveryMs: number;
  /** `null`: by the process, `understudy-gateway`. */
  readonly serviceName: string | null;
  readonly resource: Readonly<Record<string, string>>;
}

/** Milliseconds of the process's clock, from 1970 as the wall clock was when the process began: never going back, whoever sets that clock. */
export const nowMs = (): number => performance.timeOrigin + performance.now();
