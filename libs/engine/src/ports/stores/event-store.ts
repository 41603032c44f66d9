import type { Instant } from '#libs/kernel';
import type { EventRecord, Page, PageRequest } from '../records.ts';

export interface EventStore {
  /** Who had a hand in a version, by its events: their actors, and the people whom they name. */
  handsOn(modelId: string, version: number): Promise<readonly string[]>;
  /** Actors who have issued or rotated a token of this name and owner. */
  tokenMakers(name: string, owner: string | null): Promise<readonly string[]>;
  /** Actors who have added a webhook source of this name: they know its secret. */
  sourceMakers(name: string): Promise<readonly string[]>;
  /** Every name of the people who have logged in under one of these, all in canonical spelling. */
  loginsOf(handles: readonly string[]): Promise<readonly string[]>;
  /** Appends to the model's chain. The caller holds the model's lock. */
  append(event: {
    modelId: string;
    rolloutId: string | null;
    type: string;
    actor: string;
    data: Record<string, unknown>;
    /** The model's record, or a version's, is another than before: note when. */
    touch?: true;
  }): Promise<void>;
  /**
   * Locks the installation's own chain (tokens, sources, logins, refusals, subscriptions) until the transaction ends: the
   * first statement of every use case that changes anything which is noted there.
   */
  holdInstallation(): Promise<void>;
  /** Appends to the installation's own chain, which it locks. */
  appendToInstallation(event: { type: string; actor: string; data: Record<string, unknown> }): Promise<void>;
  /** Where every chain ends by its own record, deleted models' too; or one model's. */
  heads(modelId: string | null): Promise<readonly ChainHead[]>;
  ofRollout(rolloutId: string): Promise<readonly EventRecord[]>;
  /** A stretch of a model's chain, in order. */
  chain(modelId: string, afterSequence: number, limit: number): Promise<readonly ChainLink[]>;
  /** Stretches of a chain that files hold, in order (ADR 39). */
  exported(modelId: string): Promise<readonly ExportedRange[]>;
  /** Files with events that are here no more, of all chains or of one, at most a hundred: of this time, both ends included. */
  detachedBetween(modelId: string | null, from: Instant, to: Instant): Promise<readonly EventExport[]>;
  /** Every file, in order. */
  exports(): Promise<readonly EventExport[]>;
  /** Everything whose time is this or later, of all models and the installation, in order; and the time now. */
  since(at: Instant): Promise<EventsSince>;
  /** Newest first, of all models or of one. @param withInstallation the installation's own too, unless it is of one */
  list(modelId: string | null, page: PageRequest, withInstallation?: boolean): Promise<Page<EventRecord>>;
}

export interface EventsSince {
  readonly now: Instant;
  readonly events: readonly { readonly modelId: string; readonly event: EventRecord }[];
}

export interface ChainHead {
  readonly modelId: string;
  /** Empty: the installation's own. */
  readonly model: string;
  readonly sequence: number;
  readonly hash: string;
}

/** A stretch of one chain that a file holds. */
export interface ExportedRange {
  /** The file's. */
  readonly number: number;
  readonly first: number;
  readonly last: number;
  /** Of its last event. */
  readonly hash: string;
  /** Its events may be gone from here, but for those that are still asked for (`KEPT_EVENTS`). */
  readonly detached: boolean;
  /** Nothing else is left. */
  readonly whole: boolean;
  /** How many were left, and their digest (`keptDigest`). */
  readonly kept: number;
  readonly keptDigest: string | null;
}

/** A file of exported events. */
export interface EventExport {
  readonly number: number;
  /** Its name, and the folder (or `s3://bucket/prefix`) it was written to. */
  readonly file: string;
  readonly place: string;
  /** Of the whole file. */
  readonly sha256: string;
  /** The Ed25519 key that it is signed with: the public one, base64. */
  readonly key: string;
  readonly events: number;
  /** When the earliest and the latest of its events happened. */
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  readonly madeAt: Instant;
  /** When the last of its events had left the database; `null`: they are here still. */
  readonly detachedAt: Instant | null;
}

/** An event as it was hashed. */
export interface ChainLink {
  readonly modelId: string;
  readonly sequence: number;
  readonly rolloutId: string | null;
  readonly type: string;
  readonly actor: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly at: Instant;
  readonly hash: string;
}
