import type { Instant } from '#libs/kernel';
import type { CallerSegment } from '#libs/traffic';
import type {
  MlflowFacts,
  ModelRecord,
  Page,
  PageRequest,
  PrimaryTerm,
  PrimaryTime,
  VersionRecord,
} from './records.ts';
import type { Found, RegistrySearch } from './registry-search.ts';

export interface ModelStore {
  find(name: string): Promise<ModelRecord | null>;
  /** Finds and locks: one writer per model at a time. */
  lock(name: string): Promise<ModelRecord | null>;
  /** Finds, and keeps it from being renamed or deleted until the transaction ends; others may change it otherwise. */
  keep(name: string): Promise<ModelRecord | null>;
  /** Until the transaction ends nobody else gives a model this name. Before any model is locked. */
  claimName(name: string): Promise<void>;
  /** Makes the model unless the name is taken; returns whether it was made. */
  insert(model: Omit<ModelRecord, 'createdAt' | 'updatedAt'>): Promise<boolean>;
  /** Takes it and its versions out of every list, and frees its name. */
  remove(id: string): Promise<void>;
  search(search: RegistrySearch): Promise<Found<ModelRecord>>;
  update(
    id: string,
    patch: Partial<
      Pick<
        ModelRecord,
        | 'primary'
        | 'primaryHistory'
        | 'retirement'
        | 'name'
        | 'policy'
        | 'golden'
        | 'callers'
        | 'prices'
        | 'environment'
        | 'releaseSettings'
        | 'description'
        | 'tags'
      >
    > & { readonly policyText?: string | null },
  ): Promise<void>;
  /**
   * A model's policy as its author wrote it; `null`: it was given as JSON. An older process may have replaced the policy since: whoever
   * shows it makes sure that it says what the document does.
   */
  policyText(id: string): Promise<string | null>;
  /** Names of the models that come after this one in a chain of environments. */
  comingAfter(id: string): Promise<readonly string[]>;
  /** Ends the term of the present primary, and begins none. @param good its bake had ended well */
  endTerm(id: string, good: boolean): Promise<void>;
  /**
   * Ends the term of the present primary and begins the next. Where the present one was replaced, and not taken off (`previousWasGood`), a
   * `proven` one is a new proof of its bytes; a version that comes back is as good as it was found to be before.
   */
  beginTerm(
    id: string,
    version: number,
    term: { readonly previousWasGood: boolean; readonly proven: boolean },
  ): Promise<void>;
  /** The bake of the present primary has ended well: its bytes are proven, also where harm was found in them before. */
  proveTerm(id: string): Promise<void>;
  /** Harm was found in this version: no term of it, or of another version with its artifact's digest, proves these bytes any more. */
  refuteTerms(id: string, version: number): Promise<void>;
  /** The newest term of each of these versions that was ever primary, the one that began last first. */
  newestTerms(id: string, versions: readonly number[]): Promise<readonly PrimaryTerm[]>;
  /** When which version was primary, the newest first. @param version of this one only; `null`: of all */
  primaryTimes(id: string, version: number | null, page: PageRequest): Promise<Page<PrimaryTime>>;
  /** When this version was last replaced as a good, proven primary; `null`: never, or harm was found in its bytes since, or it answers from other servers since. */
  lastGoodTermEnd(id: string, version: number): Promise<Instant | null>;
}

/** Named groups of a model's callers, by name. */
export type CallerSegments = ReadonlyMap<string, CallerSegment>;

export interface CallerSegmentStore {
  of(modelId: string): Promise<CallerSegments>;
  replace(modelId: string, segments: CallerSegments): Promise<void>;
}

export interface AliasStore {
  find(modelId: string, alias: string): Promise<number | null>;
  /** By model, each by name; the primary, which is none of the table, among them. */
  ofModels(
    modelIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly { readonly alias: string; readonly version: number }[]>>;
  set(modelId: string, alias: string, version: number): Promise<void>;
  remove(modelId: string, alias: string): Promise<boolean>;
  removeOfVersion(modelId: string, version: number): Promise<void>;
}

export interface VersionStore {
  find(modelId: string, version: number): Promise<VersionRecord | null>;
  /** Those with an artifact of this digest, deleted ones too, in order. */
  withDigest(
    modelId: string,
    digest: string,
  ): Promise<readonly { readonly version: number; readonly isDeleted: boolean }[]>;
  findByName(model: string, version: number): Promise<VersionRecord | null>;
  /** The version that an alias, or `primary`, points at. */
  findByAlias(model: string, alias: string): Promise<VersionRecord | null>;
  /** Its number is the model's next one, which nobody gets again. The caller holds the model's lock. */
  insert(
    version: Omit<VersionRecord, 'createdAt' | 'updatedAt' | 'model' | 'aliases' | 'hasCard'> & {
      readonly card: string;
    },
  ): Promise<VersionRecord>;
  /** Its model card, in Markdown; empty: none. */
  card(version: VersionKey): Promise<string>;
  /** @returns it as it is then; `null`: there is no such version */
  update(modelId: string, version: number, edit: VersionEdit): Promise<VersionRecord | null>;
  replaceOutputSpec(
    modelId: string,
    version: number,
    outputSpec: VersionRecord['outputSpec'],
  ): Promise<VersionRecord | null>;
  /** Where it answers from now on; `null`: there is no such version. */
  replaceServing(
    modelId: string,
    version: number,
    place: Pick<VersionRecord, 'servingUrls' | 'healthPath'>,
  ): Promise<VersionRecord | null>;
  /** Takes it out of every list; its row stays. */
  remove(modelId: string, version: number): Promise<void>;
  /** @param modelId of one model only */
  search(search: RegistrySearch, modelId?: string): Promise<Found<VersionRecord>>;
  /** The newest version in each of these stages, by stage. */
  latestOfStages(modelId: string, stages: readonly MlflowFacts['stage'][]): Promise<readonly VersionRecord[]>;
  /** The numbers of all versions in a stage. */
  ofStage(modelId: string, stage: MlflowFacts['stage']): Promise<readonly number[]>;
  /** Adds points to series; the same metric and step again replaces the value. */
  addMetrics(version: VersionKey, points: readonly MetricPoint[]): Promise<void>;
  /** The newest value of every metric. */
  latestMetrics(
    modelId: string,
    versions: readonly number[],
  ): Promise<ReadonlyMap<number, Readonly<Record<string, number>>>>;
  /** One metric's series by step, or all of them (`null`) by name. */
  metricSeries(
    version: VersionKey,
    metric: string | null,
    page: PageRequest,
  ): Promise<Page<MetricPoint & { readonly at: Instant }>>;
}

/** What may change of a version: the rest is as it was registered, for ever. */
export interface VersionEdit {
  readonly description?: string | undefined;
  /** Tags to set; `null` removes one. */
  readonly tags?: Readonly<Record<string, string | null>> | undefined;
  readonly stage?: MlflowFacts['stage'] | undefined;
}

/** One point of an evaluation metric's series. */
export interface MetricPoint {
  readonly metric: string;
  readonly step: number;
  readonly value: number;
  /** When it was measured; `null`: now, by the database's clock. */
  readonly at: Instant | null;
}

/** A version by its model's id, which stays when the model is renamed. */
export interface VersionKey {
  readonly modelId: string;
  readonly version: number;
}

/** Whose artifacts are. */
export interface ArtifactUseStore {
  /** Notes that a caller has sent the bytes: for a week it may register them, and for two years it has had a hand in them. */
  noteUpload(digest: string, caller: { readonly id: string; readonly actor: string }): Promise<void>;
  /** Which of some digests a version names, of a deleted one too. */
  namedOf(digests: readonly string[]): Promise<ReadonlySet<string>>;
  /** The actors that have sent the bytes. */
  uploadersOf(digest: string): Promise<readonly string[]>;
  /** Do versions of these models name it (or has this caller sent its bytes), and do versions of others? */
  usesOf(
    digest: string,
    models: readonly string[],
    uploader: string | null,
  ): Promise<{ readonly isTheirs: boolean; readonly isOthers: boolean }>;
}

/** What is known of a version of a lineage graph, deleted ones too. */
export interface LineageDescription extends VersionKey {
  readonly model: string;
  readonly serves: boolean;
  readonly deleted: boolean;
  readonly source: Readonly<Record<string, string>>;
  readonly dataset: Readonly<Record<string, string>>;
}

/** An upstream of a version that is registered. */
export interface NewUpstream extends VersionKey {
  /** Whoever registers the edge may touch the upstream's model. */
  readonly acknowledged: boolean;
}

/** Which versions feed which. */
export interface LineageStore {
  add(consumer: VersionKey, upstreams: readonly NewUpstream[]): Promise<void>;
  /** Names of the upstream models that whoever registered this version may not touch. */
  unacknowledged(consumer: VersionKey): Promise<readonly string[]>;
  /** The edges into these versions (`upstream`), or out of them (`downstream`); `from` feeds `to`. */
  edges(
    of: readonly VersionKey[],
    way: 'upstream' | 'downstream',
  ): Promise<readonly { readonly from: VersionKey; readonly to: VersionKey }[]>;
  describe(keys: readonly VersionKey[]): Promise<readonly LineageDescription[]>;
  /** Writes the model's new name into the versions that consume it. */
  renamed(modelId: string, from: string, to: string): Promise<void>;
}
