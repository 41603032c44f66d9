import type { Instant } from '#libs/kernel';
import type { Evidence, SourceReading, StartPhase } from '#libs/rollout';
import type { Route } from '#libs/traffic';
import type {
  DeploymentRecord,
  EventRecord,
  EvidenceBatch,
  EvidenceEntry,
  EvidenceTrace,
  Page,
  PageRequest,
  Refused,
  RolloutRecord,
  VersionRecord,
} from './records.ts';
import type { OutageStore } from '../outages/records.ts';
import type { FeedbackStore, SampleStore } from './feedback-ports.ts';
import type { AbilityStore } from './ability-store.ts';
import type { EmbeddingPairStore } from '../text-distance/ports.ts';
import type { GroupStore } from '../groups/ports.ts';
import type { TextPairStore } from '../pairwise-judge/ports.ts';
import type {
  AliasStore,
  ArtifactUseStore,
  CallerSegmentStore,
  LineageStore,
  ModelStore,
  VersionKey,
  VersionStore,
} from './registry-ports.ts';
import type { SubscriptionStore } from './subscriptions.ts';
import type { TokenStore } from './tokens.ts';
import type { DeliveryStore } from './webhooks.ts';

export * from './feedback-ports.ts';
export * from './registry-ports.ts';
export * from './feedback-records.ts';
export * from './outside-ports.ts';

/** What the use cases need of the database, inside one transaction. */
export interface Stores {
  /** The database's clock: the only time that decides anything. */
  now(): Promise<Instant>;
  /** Can anything be written? Not on a server that only follows another one. */
  isWritable(): Promise<boolean>;
  readonly models: ModelStore;
  readonly aliases: AliasStore;
  readonly segments: CallerSegmentStore;
  readonly versions: VersionStore;
  readonly lineage: LineageStore;
  readonly artifacts: ArtifactUseStore;
  readonly rollouts: RolloutStore;
  readonly groups: GroupStore;
  readonly routes: RouteStore;
  readonly evidence: EvidenceStore;
  readonly feedback: FeedbackStore;
  readonly samples: SampleStore;
  readonly abilities: AbilityStore;
  readonly textPairs: TextPairStore;
  readonly embeddingPairs: EmbeddingPairStore;
  readonly sources: SourceStore;
  readonly deployments: DeploymentStore;
  readonly outages: OutageStore;
  readonly relations: RelationStore;
  readonly events: EventStore;
  readonly agenda: AgendaStore;
  readonly deliveries: DeliveryStore;
  readonly tokens: TokenStore;
  readonly subscriptions: SubscriptionStore;
}

/** Runs work in one transaction: all of it is kept, or nothing. */
export interface UnitOfWork {
  /** What lost to another transaction in a deadlock is done again: `work` may be called more than once. */
  run<T>(work: (stores: Stores) => Promise<T>): Promise<T>;
  /** For looking only: each question sees what is committed when it is asked, and nothing is locked. */
  read<T>(work: (stores: Stores) => Promise<T>): Promise<T>;
}

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
  /** Only those that have not ended. */
  readonly live?: boolean;
  /** Of these models only: names, or prefixes that end with `*`; `null` or left out: of all. */
  readonly models?: readonly string[] | null;
}

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
  /** Newest first. */
  list(which: WhichRollouts, page: PageRequest): Promise<Page<RolloutRecord>>;
  /**
   * Compare and swap: writes the patch and a higher revision only where the revision is still the
   * expected one. `false`: somebody else moved the rollout; drop what you decided.
   */
  transition(id: string, expectedRevision: number, patch: RolloutPatch): Promise<boolean>;
  /** Like `transition`, for what is no change of state (verdicts seen, the clock of a step): the revision stays. */
  note(id: string, expectedRevision: number, patch: RolloutPatch): Promise<boolean>;
  /** Those of these that have not ended. */
  liveOf(ids: readonly string[]): Promise<readonly RolloutRecord[]>;
  /** What a look that holds has seen, for many at once; one that has moved since, or is being moved now, is left out. */
  noteAll(notes: readonly Pick<RolloutRecord, 'id' | 'revision' | 'verdicts' | 'decision'>[]): Promise<void>;
}

export interface RouteRevision {
  readonly modelId: string;
  readonly model: string;
  readonly revision: number;
}

export interface RouteStore {
  find(modelId: string): Promise<Route | null>;
  all(): Promise<readonly Route[]>;
  /**
   * The newest revision that gateways know of deleted models of this name; 0: there is none. The routes of another model of the name go on
   * from there, or gateways would take them for old ones.
   */
  lastRevisionNamed(name: string): Promise<number>;
  /** Which route of every model is in force: what a copy of them is compared with, often. */
  revisions(): Promise<readonly RouteRevision[]>;
  /**
   * Stores the route as the model's newest and tells every api process when the transaction commits.
   * @param startPhase the part of the step's start that its traffic is counted in; `null`: after it
   */
  save(modelId: string, route: Route, stepIndex: number | null, startPhase: StartPhase | null): Promise<void>;
  /**
   * Who serves by a revision of a model's route. It is in force everywhere when at least one gateway is alive, and
   * none of those that are is behind: has acknowledged neither it nor a later one.
   */
  acknowledgement(
    modelId: string,
    revision: number,
  ): Promise<{ readonly alive: number; readonly behind: readonly string[] }>;
  /** When the first route of a rollout's step was published, by the database's clock; `null`: none was. */
  stepRoutedAt(rollout: {
    readonly modelId: string;
    readonly id: string;
    readonly stepIndex: number;
  }): Promise<Instant | null>;
  /** When a gateway was last heard of; `null`: none ever was. */
  lastHeardAt(): Promise<Instant | null>;
}

/** What metric sources said, per gate of a step. */
export interface SourceStore {
  /** Takes the gates that are due to be read now, for `claimMs`: no other worker reads them meanwhile. */
  claimDue(
    rolloutId: string,
    stepIndex: number,
    which: {
      readonly gates: readonly string[];
      /** Those of them that are due whatever their next time, unless they are being asked. */
      readonly hurried: readonly string[];
    },
    claimMs: number,
  ): Promise<readonly string[]>;
  /** What they said before counts no longer as asked in time, nor do errors in a row: all of a step are due now. */
  askAnew(rolloutId: string, stepIndex: number): Promise<void>;
  /** What was said last. Nobody else changes it until the transaction ends. */
  findForUpdate(rolloutId: string, stepIndex: number, gate: string): Promise<SourceReading | null>;
  /** When each gate of these rollouts is to be read next, if it was ever claimed. */
  nextReads(rolloutIds: readonly string[]): Promise<readonly NextRead[]>;
  save(
    rolloutId: string,
    stepIndex: number,
    gate: string,
    reading: SourceReading,
    nextInMs: number,
  ): Promise<void>;
}

export interface NextRead {
  readonly rolloutId: string;
  readonly stepIndex: number;
  readonly gate: string;
  readonly at: Instant;
}

/** A rollout of another model that feeds this one, or is fed by it. */
export interface RelatedRollout {
  readonly model: string;
  readonly version: number;
  readonly relation: 'upstream' | 'downstream';
  /** Whoever registered the edge between the two may touch the model that is consumed. */
  readonly acknowledged: boolean;
}

/** Which models feed which. */
export interface RelationStore {
  /** Models whose primary names this one among its upstreams. */
  downstreams(model: string): Promise<readonly string[]>;
  /**
   * Rollouts under way (past `pending`) of models that this version consumes, or that consume its model; those of its
   * own group are none of them.
   */
  underWay(
    of: { readonly model: string; readonly version: number; readonly groupId: string | null },
    upstreams: readonly string[],
  ): Promise<readonly RelatedRollout[]>;
  /**
   * From here to the end of the transaction nobody else starts a rollout of a model that this version or its model's primary consumes,
   * or that consumes its model. Once in a transaction.
   */
  exclude(of: { readonly modelId: string; readonly version: number }): Promise<void>;
  /** The same for all models: for who starts several together, or changes what comes before what. */
  excludeAll(): Promise<void>;
}

export interface EvidenceStore {
  /** `false` when this batch, or a later one of the same boot, was counted already. */
  claimBatch(batch: Pick<EvidenceBatch, 'gateway' | 'boot' | 'sequence'>): Promise<boolean>;
  acknowledge(gateway: string, acknowledged: EvidenceBatch['acknowledged']): Promise<void>;
  /**
   * Adds up, entry by entry: those whose (rollout, revision) is not known are left out, those that cannot be
   * stored are named. `rollouts`: those that got evidence.
   */
  add(entries: readonly EvidenceEntry[]): Promise<{
    readonly rollouts: readonly string[];
    readonly refused: readonly Refused<EvidenceEntry>[];
  }>;
  ofRollout(rolloutId: string): Promise<Evidence>;
  /** Of many rollouts at once; those without any are missing. */
  ofRollouts(rolloutIds: readonly string[]): Promise<ReadonlyMap<string, Evidence>>;
  /** The latest recorded requests of each arm under the route revision that was counted last, a few of each. */
  traces(rolloutId: string): Promise<readonly EvidenceTrace[]>;
}

export interface DeploymentStore {
  find(modelId: string, version: number): Promise<DeploymentRecord | null>;
  /** Of the versions that these rollouts release, by the rollout's id. */
  ofRollouts(rolloutIds: readonly string[]): Promise<ReadonlyMap<string, DeploymentRecord>>;
  /** Of these versions of a model, as far as they were ever deployed. */
  ofVersions(modelId: string, versions: readonly number[]): Promise<ReadonlyMap<number, DeploymentRecord>>;
  save(report: DeploymentReport): Promise<void>;
  /**
   * The versions that a deployer must keep running now (every primary, and both sides of every live rollout, but
   * for those that bring their serving URL), with what is known of each.
   */
  wanted(): Promise<readonly WantedDeployment[]>;
  /** What still runs although nobody wants it any more. */
  unwanted(): Promise<readonly DeploymentRecord[]>;
  /**
   * Takes versions that bring their serving URL and whose probe is due: those on routes, and those that a rollback
   * would go to. Nobody else gets one before its next probe is due (`PROBE_EVERY_MS`, give or take 15 %).
   */
  claimProbes(most: number): Promise<readonly (WantedDeployment & { readonly known: DeploymentRecord })[]>;
  /** What a probe has found where the state stays. @param nextInMs `null`: as usual */
  noteProbe(
    key: VersionKey,
    found: { readonly misses: number; readonly nextInMs: number | null },
  ): Promise<void>;
  /** How many deployments are in which state, for figures. */
  count(): Promise<
    readonly {
      readonly role: 'route' | 'reach';
      readonly state: DeploymentRecord['state'];
      readonly many: number;
    }[]
  >;
}

/** What a deployer says of a version. */
export type DeploymentReport = Omit<DeploymentRecord, 'updatedAt' | 'since' | 'misses'>;

export interface WantedDeployment {
  readonly version: VersionRecord;
  readonly known: DeploymentRecord | null;
}

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

/** When each live rollout is to be looked at next, by the database's clock. */
/** Whatever a unit of work wakes is written as its last statement: no transaction holds the agenda and waits for anything else. */
export interface AgendaStore {
  /** As soon as the transaction has committed. Asking twice is asking once. */
  wake(rolloutId: string): Promise<void>;
  /** There is new evidence: soon, but no more often than at each one's pace. */
  wakeForEvidence(rolloutIds: readonly string[]): Promise<void>;
  /** Gateways serve by newer routes of these models: those of their rollouts whose step's clock has not started. */
  wakeWaiting(models: readonly string[]): Promise<void>;
  /**
   * Takes what is due, what has waited longest first. Nobody else gets it for `claimMs`; whoever
   * does not `settle` it by then has died, and it is due again.
   */
  claim(most: number, claimMs: number): Promise<readonly AgendaClaim[]>;
  /** Says when the next look is due; a rollout that somebody has woken since the claim stays due at once. */
  settle(looks: readonly SettledLook[]): Promise<void>;
  /** Puts every live rollout on the agenda, takes what has ended off it. Returns how many are on it. */
  tidy(): Promise<number>;
}

export interface AgendaClaim {
  readonly rolloutId: string;
  /** How often somebody has asked for a look so far. */
  readonly asked: number;
}

export interface SettledLook extends AgendaClaim {
  readonly dueInMs: number;
  /** New evidence makes it due no earlier than this. */
  readonly paceMs: number;
}
