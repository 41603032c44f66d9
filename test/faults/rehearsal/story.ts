import type { Fate } from './model-servers.ts';
import type { Fault } from './schedule.ts';

/** A caller's question and what became of it; times are in ms since 1970. */
export interface Asked {
  readonly at: number;
  readonly until: number;
  readonly gateway: string;
  readonly model: string;
  /** `null`: no answer; `problem` says why. */
  readonly status: number | null;
  /** Who answered, or should have, as the gateway says; `null`: it did not say. */
  readonly version: number | null;
  readonly problem: string | null;
}

/** A fault as it was; `until`: when it was over, and what was killed ran again. */
export interface Happened {
  readonly fault: Fault;
  readonly from: number;
  readonly until: number;
  /** Whose server it was in front of. */
  readonly version: { readonly model: string; readonly version: number } | null;
}

export interface RecordedEvent {
  readonly type: string;
  readonly at: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A rollout as the record tells it at the end. */
export interface Told {
  readonly id: string;
  readonly model: string;
  readonly version: number;
  readonly fate: Fate;
  readonly state: string;
  readonly events: readonly RecordedEvent[];
}

/** A change of what serves that was answered with 200, or that the record holds. */
export interface Committed {
  readonly model: string;
  /** Nobody is to be served by it any more. */
  readonly gone: number;
  readonly at: number;
  /** When somebody asked for it to serve again; `Infinity`: nobody did. */
  readonly until: number;
  readonly by: 'a person' | 'the worker';
}

/** Sums that must agree: what was acknowledged, and what the record has. */
export interface Counted {
  readonly what: string;
  readonly acknowledged: number;
  readonly recorded: number;
  /** Acknowledged to a caller by a gateway that was killed before it could tell the api. */
  readonly mayBeMissing: number;
  /** Counted, and lost on their way to the caller. */
  readonly mayBeMore: number;
}

export interface Story {
  readonly asked: readonly Asked[];
  readonly happened: readonly Happened[];
  /** Of each round: when its last fault was over, and when the next round began. */
  readonly calms: readonly { readonly from: number; readonly until: number }[];
  readonly rollouts: readonly Told[];
  readonly committed: readonly Committed[];
  readonly counted: readonly Counted[];
  /** What did not come to rest in a calm, or at the end. */
  readonly stuck: readonly string[];
  /** Of `GET /audit/verify`: what is wrong with the record. */
  readonly recordProblems: readonly string[];
  /** Of the api: 5xx other than 503. */
  readonly oddAnswers: readonly string[];
}
