import type { Instant } from '#libs/kernel';
import type { MlflowFacts, ModelRecord, Page, PageRequest, VersionRecord } from './records.ts';
import type { Found, RegistrySearch } from './registry-search.ts';

export interface ModelStore {
  find(name: string): Promise<ModelRecord | null>;
  /** Finds and locks: one writer per model at a time. */
  lock(name: string): Promise<ModelRecord | null>;
  /** Makes the model unless the name is taken; returns whether it was made. */
  insert(model: Omit<ModelRecord, 'createdAt' | 'updatedAt'>): Promise<boolean>;
  /** Notes that something of it has changed. */
  touch(id: string): Promise<void>;
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
        | 'nextVersion'
        | 'name'
        | 'policy'
        | 'golden'
        | 'callers'
        | 'description'
        | 'tags'
      >
    >,
  ): Promise<void>;
  /** Ends the term of the present primary (`good`: it was replaced, not taken off) and begins the next. */
  beginTerm(id: string, version: number, previousWasGood: boolean): Promise<void>;
  /** When this version was last replaced as a good primary; `null`: never. */
  lastGoodTermEnd(id: string, version: number): Promise<Instant | null>;
  list(page: PageRequest): Promise<Page<ModelRecord>>;
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
  findByName(model: string, version: number): Promise<VersionRecord | null>;
  insert(version: Omit<VersionRecord, 'createdAt' | 'updatedAt' | 'model'>): Promise<void>;
  update(
    modelId: string,
    version: number,
    patch: Partial<Pick<VersionRecord, 'description' | 'tags'> & Pick<MlflowFacts, 'stage'>>,
  ): Promise<void>;
  /** Takes it out of every list; its row stays. */
  remove(modelId: string, version: number): Promise<void>;
  search(search: RegistrySearch): Promise<Found<VersionRecord>>;
  /** The newest version in each of these stages, by stage. */
  latestOfStages(modelId: string, stages: readonly MlflowFacts['stage'][]): Promise<readonly VersionRecord[]>;
  /** The numbers of all versions in a stage. */
  ofStage(modelId: string, stage: MlflowFacts['stage']): Promise<readonly number[]>;
  list(modelId: string, page: PageRequest): Promise<Page<VersionRecord>>;
  addMetrics(
    modelId: string,
    version: number,
    metrics: Readonly<Record<string, number>>,
    step: number,
  ): Promise<void>;
  /** The newest value of every metric. */
  latestMetrics(
    modelId: string,
    versions: readonly number[],
  ): Promise<ReadonlyMap<number, Readonly<Record<string, number>>>>;
}
