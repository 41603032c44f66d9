import type { RepeatedLine } from './repeated-lines.ts';
import type { Fate } from '../site/model-servers.ts';
import type { Fault } from '../schedule.ts';

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

/** A change of what serves that the record holds. */
export interface Committed {
  readonly model: string;
  /** Nobody is to be served by it any more. */
  readonly gone: number;
  readonly at: number;
  /** When somebody asked for it to serve again; `Infinity`: nobody did. */
  readonly until: number;
  readonly by: 'a person' | 'the worker';
}

/** A person's promotion or rollback, as it was asked for, answered and seen; times in ms since 1970, `Infinity` for never. */
export interface Switch {
  readonly model: string;
  readonly version: number;
  readonly gone: number;
  readonly asked: number;
  /** With 200. */
  readonly answered: number;
  /** Why it was asked again before. */
  readonly earlier?: readonly string[];
  /** By gateway: when it was first seen to serve by it. */
  readonly inForce: Readonly<Record<string, number>>;
  /** When it was not looked at any more. */
  readonly until: number;
}

/** One look at the api from outside. */
export interface Pulse {
  readonly at: number;
  /** `GET /readyz` answered 200. */
  readonly isReady: boolean;
  /** When a write that was asked for at `at` was answered with 200; `null`: it was not, in its time. */
  readonly wroteBy: number | null;
  /** What takes as long only for want of processors; `null`: it failed. */
  readonly noiseMs: number | null;
}

/** From the end of the last fault of a round to the beginning of the next round. */
export interface Calm {
  readonly from: number;
  readonly until: number;
  /** What this machine's load adds to what things take at most, by what they took without faults. */
  readonly slackMs: number;
}

/** A version that answers what cannot be read, from its registration to its end. */
export interface Harm {
  readonly version: number;
  readonly begun: number;
  /** `Infinity`: it was not taken off. */
  readonly ended: number;
}

/** A time in which only the queue was broken. */
export interface QueueBroken {
  readonly scene: string;
  readonly from: number;
  readonly until: number;
  /** The longest time, calm included, in which no rollout was moved: brought by the queue, or taken around it. */
  readonly idleMs: number;
  /** Of the calm after it, by worker: rollouts that the queue brought, and that went around it. */
  readonly after: readonly { readonly worker: string; readonly brought: number; readonly around: number }[];
}

/** A primary whose server was gone. */
export interface Outage {
  readonly from: number;
  readonly until: number;
  /** In the figures; `null`: nobody was told while it lasted. */
  readonly told: number | null;
  /** Is it in a worker's log? */
  readonly isLogged: boolean;
  /** Was it over in the figures at the end of the calm? */
  readonly isOver: boolean;
}

/** A look at a rollout that lives after the last fault, past every relay. */
export interface LiveLook {
  readonly at: number;
  readonly id: string;
  readonly model: string;
  readonly version: number;
  readonly state: string;
  readonly revision: number;
  /** When it was judged last. */
  readonly decidedAt: number;
  /** When it is to be looked at next. */
  readonly dueAt: number;
  /** Requests in all of its evidence. */
  readonly evidence: number;
  /** Of the candidate, in its present step. */
  readonly requests: number;
  /** Do all gates say that all is well? */
  readonly isProven: boolean;
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
  readonly gateways: readonly string[];
  /** One of each round; and one in which all ended. */
  readonly calms: readonly Calm[];
  readonly switches: readonly Switch[];
  readonly pulses: readonly Pulse[];
  readonly harms: readonly Harm[];
  readonly queueBroken: readonly QueueBroken[];
  readonly outages: readonly Outage[];
  /** How long it is allowed to take until a version that does harm is taken off, by what it took without faults; before slack. */
  readonly harmMs: number;
  readonly rollouts: readonly Told[];
  /** Of rollouts that had not ended with the last fault, one look after the other. */
  readonly looks: readonly LiveLook[];
  readonly committed: readonly Committed[];
  readonly counted: readonly Counted[];
  /** What did not come to rest in a calm, or at the end. */
  readonly stuck: readonly string[];
  /** Of `GET /audit/verify`: what is wrong with the record. */
  readonly recordProblems: readonly string[];
  /** Of the api: 5xx other than 503. */
  readonly oddAnswers: readonly string[];
  /** What each process has written, in bytes for each minute. */
  readonly logBytes: Readonly<Record<string, number>>;
  readonly repeatedLines: readonly RepeatedLine[];
  /** As PostgreSQL counts them; `null`: it was started anew without its figures. */
  readonly deadlocks: number | null;
}

/** For a person: of a time in ms since 1970. */
export const clockTime = (at: number): string =>
  Number.isFinite(at) ? new Date(at).toISOString().slice(11, 23) : 'never';
