import type { Instant } from '#libs/kernel';
import type { OutageStore } from '../outages/records.ts';
import type { FeedbackStore, SampleStore } from './feedback-ports.ts';
import type { AbilityStore } from './stores/ability-store.ts';
import type { EmbeddingPairStore } from '../text-distance/ports.ts';
import type { GroupStore } from '../groups/ports.ts';
import type { TextPairStore } from '../pairwise-judge/ports.ts';
import type {
  AliasStore,
  ArtifactUseStore,
  CallerSegmentStore,
  LineageStore,
  ModelStore,
  VersionStore,
} from './registry-ports.ts';
import type { SubscriptionStore } from './subscriptions.ts';
import type { TokenStore } from './tokens.ts';
import type { DeliveryStore } from './webhooks.ts';
import type { AgendaStore } from './stores/agenda-store.ts';
import type { DeploymentStore } from './stores/deployment-store.ts';
import type { EventStore } from './stores/event-store.ts';
import type { FleetStore } from './stores/fleet-store.ts';
import type { EvidenceStore } from './stores/evidence-store.ts';
import type { RelationStore } from './stores/relation-store.ts';
import type { RolloutStore } from './stores/rollout-store.ts';
import type { RouteStore } from './stores/route-store.ts';
import type { SourceStore } from './stores/source-store.ts';

export * from './feedback-ports.ts';
export * from './registry-ports.ts';
export * from './feedback-records.ts';
export * from './outside-ports.ts';
export * from './stores/agenda-store.ts';
export * from './stores/deployment-store.ts';
export * from './stores/event-store.ts';
export * from './stores/evidence-store.ts';
export * from './stores/fleet-store.ts';
export * from './stores/relation-store.ts';
export * from './stores/rollout-store.ts';
export * from './stores/route-store.ts';
export * from './stores/source-store.ts';

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
  readonly fleet: FleetStore;
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
