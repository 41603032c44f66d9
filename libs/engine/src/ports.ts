import type { Instant } from '#libs/kernel';
import type { Evidence } from '#libs/rollout';
import type { Route } from '#libs/traffic';
import type {
  DeploymentRecord,
  EventRecord,
  EvidenceBatch,
  EvidenceEntry,
  ModelRecord,
  Page,
  PageRequest,
  RolloutRecord,
  VersionRecord,
} from './records.ts';
import type { DeliveryStore } from './webhooks.ts';

/** What the use cases need of the database, inside one transaction. */
export interface Stores {
  /** The database's clock: the only time that decides anything. */
  now(): Promise<Instant>;
  readonly models: ModelStore;
  readonly versions: VersionStore;
  readonly rollouts: RolloutStore;
  readonly routes: RouteStore;
  readonly evidence: EvidenceStore;
  readonly deployments: DeploymentStore;
  readonly events: EventStore;
  readonly outbox: OutboxStore;
  readonly deliveries: DeliveryStore;
}

/** Runs work in one transaction: all of it is kept, or nothing. */
export interface UnitOfWork {
  run<T>(work: (stores: Stores) => Promise<T>): Promise<T>;
}

export interface ModelStore {
  find(name: string): Promise<ModelRecord | null>;
  /** Finds and locks: one writer per model at a time. */
  lock(name: string): Promise<ModelRecord | null>;
  /** Makes the model unless the name is taken; returns whether it was made. */
  insert(model: Omit<ModelRecord, 'createdAt'>): Promise<boolean>;
  update(
    id: string,
    patch: Partial<
      Pick<ModelRecord, 'primary' | 'primaryHistory' | 'nextVersion' | 'policy' | 'description' | 'tags'>
    >,
  ): Promise<void>;
  list(page: PageRequest): Promise<Page<ModelRecord>>;
}

export interface VersionStore {
  find(modelId: string, version: number): Promise<VersionRecord | null>;
  insert(version: Omit<VersionRecord, 'createdAt' | 'model'>): Promise<void>;
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

export type RolloutPatch = Partial<
  Pick<RolloutRecord, 'state' | 'stepIndex' | 'stepStartedAt' | 'verdicts' | 'decision' | 'endedAt'>
>;

export interface RolloutStore {
  find(id: string): Promise<RolloutRecord | null>;
  findLive(modelId: string): Promise<RolloutRecord | null>;
  insert(rollout: Omit<RolloutRecord, 'createdAt' | 'model' | 'endedAt'>): Promise<void>;
  list(modelId: string, page: PageRequest): Promise<Page<RolloutRecord>>;
  /**
   * Compare and swap: writes the patch and a higher revision only where the revision is still the
   * expected one. `false`: somebody else moved the rollout; drop what you decided.
   */
  transition(id: string, expectedRevision: number, patch: RolloutPatch): Promise<boolean>;
  /** Like `transition`, for what is no change of state (verdicts seen, the clock of a step): the revision stays. */
  note(id: string, expectedRevision: number, patch: RolloutPatch): Promise<boolean>;
  /** The ids of all live rollouts; the sweep wakes each of them. */
  liveIds(): Promise<readonly string[]>;
}

export interface RouteStore {
  find(modelId: string): Promise<Route | null>;
  all(): Promise<readonly Route[]>;
  /** Stores the route as the model's newest and tells every api process when the transaction commits. */
  save(modelId: string, route: Omit<Route, 'model'>, stepIndex: number | null): Promise<void>;
  /**
   * Is a revision in force everywhere? At least one gateway is alive, and all that are alive have
   * acknowledged this revision or a later one.
   */
  isAcknowledged(modelId: string, revision: number): Promise<boolean>;
}

export interface EvidenceStore {
  /** `false` when this batch, or a later one of the same boot, was counted already. */
  claimBatch(batch: Pick<EvidenceBatch, 'gateway' | 'boot' | 'sequence'>): Promise<boolean>;
  acknowledge(gateway: string, acknowledged: EvidenceBatch['acknowledged']): Promise<void>;
  /** Adds up; entries whose (rollout, revision) is not known are left out. Returns the rollouts that got evidence. */
  add(entries: readonly EvidenceEntry[]): Promise<readonly string[]>;
  ofRollout(rolloutId: string): Promise<Evidence>;
}

export interface DeploymentStore {
  find(modelId: string, version: number): Promise<DeploymentRecord | null>;
  save(deployment: Omit<DeploymentRecord, 'updatedAt'>): Promise<void>;
  /** The versions that must run now: every primary, and both sides of every live rollout. */
  wanted(): Promise<readonly VersionRecord[]>;
  /** Deployments that have not been retired. */
  present(): Promise<readonly DeploymentRecord[]>;
}

export interface EventStore {
  /** Appends to the model's chain. The caller holds the model's lock. */
  append(event: {
    modelId: string;
    rolloutId: string | null;
    type: string;
    actor: string;
    data: Record<string, unknown>;
  }): Promise<void>;
  ofRollout(rolloutId: string): Promise<readonly EventRecord[]>;
}

export interface OutboxStore {
  /** Asks for a rollout to be looked at once the transaction has committed. Asking twice is asking once. */
  wakeRollout(rolloutId: string): Promise<void>;
}

/** Reads an artifact and checks it. Throws DomainError when it cannot be read or is another. */
export interface ArtifactVerifier {
  verify(artifact: { uri: string; digest: string }): Promise<void>;
}

/** Asks a serving URL whether somebody answers. Throws DomainError when nobody does. */
export interface ServingProbe {
  probe(servingUrl: string): Promise<void>;
}

/** What this installation can deploy by itself, besides versions that bring their serving URL. */
export interface DeployerInfo {
  readonly processDeployer: boolean;
}
