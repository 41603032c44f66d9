import type { Instant } from '#libs/kernel';

/** What a gateway says of a model's primary, as it comes with its batches. */
export interface PrimaryWord {
  readonly model: string;
  readonly version: number;
  /** `unreachable`: nobody answers; `failing`: every answer is an error; `answers`: a caller was answered; `unknown`: none of it. */
  readonly state: 'unreachable' | 'failing' | 'answers' | 'unknown';
  /** Milliseconds since it went out, or last answered. */
  readonly forMs: number;
  readonly failures: number;
  readonly because: string;
}

/** The last word of one gateway, on the database's clock. */
export interface PrimaryWordRecord {
  readonly gateway: string;
  readonly version: number;
  readonly state: 'unreachable' | 'failing' | 'answers';
  /** When it went out; of `answers`, when it last answered. */
  readonly since: Instant;
  readonly failures: number;
  readonly because: string;
  readonly toldAt: Instant;
  /** When the gateway was last heard of, whatever it said. */
  readonly seenAt: Instant;
}

/** A gateway that gets no answer. */
export interface OutGateway {
  readonly gateway: string;
  readonly state: 'unreachable' | 'failing';
  readonly since: Instant;
  readonly because: string;
}

/** A primary that is out, or may be. */
export interface OutageRecord {
  readonly version: number;
  /** Callers get no answer, or only errors; `not_ready`: probes say so, and no gateway has asked it for a caller. */
  readonly cause: 'unreachable' | 'failing' | 'not_ready';
  /** `some`: of another gateway callers are answered. */
  readonly scope: 'all' | 'some';
  readonly since: Instant;
  readonly because: string;
  readonly gateways: readonly OutGateway[];
  readonly suspectedAt: Instant;
  /** When its event was written; `null`: it may yet be a gateway's own trouble, or none. */
  readonly announcedAt: Instant | null;
  /** Nobody has said it since then; `null`: somebody does. */
  readonly quietSince: Instant | null;
}

/** Is it to be shown? What is only suspected by probes may be none: callers may be answered all the same. */
export const isOutage = ({ announcedAt, gateways }: OutageRecord): boolean =>
  announcedAt !== null || gateways.length > 0;

/** How the deployment of a primary is, and since when. */
export interface PrimaryProbes {
  readonly state: 'starting' | 'ready' | 'not_ready' | 'failed' | 'retired';
  readonly message: string;
  readonly since: Instant | null;
}

/** All that is known of a model's primary. */
export interface PrimaryFacts {
  readonly now: Instant;
  /** The version that serves; `null`: none does. */
  readonly version: number | null;
  readonly words: readonly PrimaryWordRecord[];
  /** Gateways that were heard of within `GATEWAY_ALIVE_MS`. */
  readonly alive: readonly string[];
  /** What the worker's probes, or its deployer, say of that version; `null`: nothing. */
  readonly probes: PrimaryProbes | null;
}

/** A model to be looked at, and what is known of it already. */
export interface PrimaryLook {
  readonly modelId: string;
  readonly model: string;
  readonly facts: PrimaryFacts;
  readonly known: OutageRecord | null;
}

export interface OutageStore {
  /** Keeps what a gateway says: its last word of each model. */
  tell(gateway: string, words: readonly PrimaryWord[]): Promise<void>;
  /** Models of whose primary it is not settled whether it answers callers, `most` at most. */
  inQuestion(most: number): Promise<readonly string[]>;
  /** Every model whose primary is said, or known, to be out. @param modelId that one only, if it is */
  looks(modelId?: string): Promise<readonly PrimaryLook[]>;
  /** @param outage `null`: it is over */
  save(modelId: string, outage: OutageRecord | null): Promise<void>;
  /** What is known of these models; those without any are missing. */
  ofModels(modelIds: readonly string[]): Promise<ReadonlyMap<string, OutageRecord>>;
  /** Of all models, by name. */
  all(): Promise<readonly { readonly model: string; readonly outage: OutageRecord }[]>;
}
