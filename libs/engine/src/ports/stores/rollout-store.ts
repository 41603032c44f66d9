import type { Page, PageRequest, RolloutRecord } from '../records.ts';

export type RolloutPatch = Partial<
  Pick<
    RolloutRecord,
    | 'state'
    | 'from'
    | 'queued'
    | 'startAt'
    | 'overridesFreeze'
    | 'overridesEnvironment'
    | 'stepIndex'
    | 'stepStartedAt'
    | 'clockStoppedAt'
    | 'checks'
    | 'approvals'
    | 'faults'
    | 'startPhase'
    | 'valueBounds'
    | 'attempt'
    | 'verdicts'
    | 'decision'
    | 'endedAt'
  >
>;

export interface WhichRollouts {
  readonly modelId?: string;
  /** Of this version only; with `modelId`. */
  readonly version?: number | undefined;
  /** Only those that have not ended. */
  readonly live?: boolean;
  /** Only those that have ended, the latest end first. */
  readonly ended?: boolean;
  /** Only those that only a person can move on: that wait for approval, or are paused, in their bake too. */
  readonly needPerson?: boolean;
  /** Of these models only: names, or prefixes that end with `*`; `null` or left out: of all. */
  readonly models?: readonly string[] | null;
}

export type LiveRollout = Pick<RolloutRecord, 'id' | 'version' | 'state' | 'queued'>;

export interface RolloutStore {
  find(id: string): Promise<RolloutRecord | null>;
  /** The one that has not ended and does not wait for another one. */
  findLive(modelId: string): Promise<RolloutRecord | null>;
  /** The one of this version that waits for the live one. */
  findQueued(modelId: string, version: number): Promise<RolloutRecord | null>;
  /** Of those that wait, the one whose turn comes first: the one due longest, by its date or, without one, since it was asked for. */
  nextQueued(modelId: string): Promise<RolloutRecord | null>;
  /** All that wait, in the order of their turns. */
  queued(modelId: string): Promise<readonly RolloutRecord[]>;
  insert(rollout: Omit<RolloutRecord, 'createdAt' | 'model' | 'endedAt'>): Promise<void>;
  /**
   * Rollouts of this version, and of others of the model with the same artifact, that were judged at least once and have
   * not succeeded, since the last one that has.
   */
  triesOf(modelId: string, version: number): Promise<number>;
  /** Newest first; those that have ended: by their end. */
  list(which: WhichRollouts, page: PageRequest): Promise<Page<RolloutRecord>>;
  /**
   * Compare and swap: writes the patch and a higher revision only where the revision is still the
   * expected one. `false`: somebody else moved the rollout; drop what you decided.
   */
  transition(id: string, expectedRevision: number, patch: RolloutPatch): Promise<boolean>;
  /** Like `transition`, for what is no change of state (verdicts seen, the clock of a step): the revision stays. */
  note(id: string, expectedRevision: number, patch: RolloutPatch): Promise<boolean>;
  /** Of each of these models the one that has not ended; where all wait for a date or for another one, the newest. */
  liveOfModels(modelIds: readonly string[]): Promise<ReadonlyMap<string, LiveRollout>>;
  /** Those of these that have not ended. */
  liveOf(ids: readonly string[]): Promise<readonly RolloutRecord[]>;
  /** What a look that holds has seen, for many at once; one that has moved since, or is being moved now, is left out. */
  noteAll(notes: readonly Pick<RolloutRecord, 'id' | 'revision' | 'verdicts' | 'decision'>[]): Promise<void>;
}
