import type {
  CallerSegments,
  ChainLink,
  DeploymentRecord,
  EvidenceEntry,
  GroupRecord,
  ModelRecord,
  RolloutRecord,
  VersionRecord,
} from '#libs/engine';
import type { SourceReading, StartPhase } from '#libs/rollout';
import type { Tally } from '#libs/stats';
import type { Route } from '#libs/traffic';

/** A route with what only the database knows of it. */
export interface StoredRoute extends Route {
  readonly modelId: string;
  readonly stepIndex: number | null;
  readonly startPhase: StartPhase | null;
  readonly createdAt: number;
}
interface Reading {
  readonly rolloutId: string;
  readonly stepIndex: number;
  readonly gate: string;
  readonly reading: SourceReading | null;
  readonly nextAt: number;
  readonly claimed: boolean;
}

/** Everything that PostgreSQL would hold. Records are immutable, so a copy of the collections is a snapshot. */
export interface MemoryState {
  readonly models: Map<string, ModelRecord>;
  readonly segments: Map<string, CallerSegments>;
  readonly versions: Map<string, VersionRecord>;
  /** Deleted ones: their numbers and artifacts are remembered. */
  readonly deleted: Map<string, VersionRecord>;
  /** In the order in which they were asked for. */
  readonly rollouts: Map<string, RolloutRecord>;
  /** Since when each rollout is due where it has no date. */
  readonly dueSince: Map<string, number>;
  readonly groups: Map<string, Omit<GroupRecord, 'members'>>;
  readonly routes: StoredRoute[];
  readonly evidence: Map<
    string,
    { entry: EvidenceEntry; stepIndex: number; startPhase: StartPhase | null; tally: Tally }
  >;
  readonly deployments: Map<string, DeploymentRecord>;
  readonly events: Map<string, ChainLink[]>;
  readonly gateways: Map<string, { boot: string; seenAt: number }>;
  /** `<gateway> <boot>` -> the last sequence that was counted. */
  readonly boots: Map<string, number>;
  readonly acknowledged: Map<string, number>;
  readonly readings: Map<string, Reading>;
  /** In the order in which they began. */
  readonly terms: {
    modelId: string;
    version: number;
    until: number | null;
    good: boolean | null;
    proven: boolean;
    refutedBy: number | null;
  }[];
  readonly feedback: Set<string>;
  readonly agenda: Map<string, { dueAt: number; notBefore: number; asked: number }>;
}

export const emptyState = (): MemoryState => ({
  models: new Map(),
  segments: new Map(),
  versions: new Map(),
  deleted: new Map(),
  rollouts: new Map(),
  dueSince: new Map(),
  groups: new Map(),
  routes: [],
  evidence: new Map(),
  deployments: new Map(),
  events: new Map(),
  gateways: new Map(),
  boots: new Map(),
  acknowledged: new Map(),
  readings: new Map(),
  terms: [],
  feedback: new Set(),
  agenda: new Map(),
});

export const copyState = (s: MemoryState): MemoryState => ({
  models: new Map(s.models),
  segments: new Map(s.segments),
  versions: new Map(s.versions),
  deleted: new Map(s.deleted),
  rollouts: new Map(s.rollouts),
  dueSince: new Map(s.dueSince),
  groups: new Map(s.groups),
  routes: [...s.routes],
  evidence: new Map(s.evidence),
  deployments: new Map(s.deployments),
  events: new Map([...s.events].map(([id, links]) => [id, [...links]])),
  gateways: new Map(s.gateways),
  boots: new Map(s.boots),
  acknowledged: new Map(s.acknowledged),
  readings: new Map(s.readings),
  terms: s.terms.map((term) => ({ ...term })),
  feedback: new Set(s.feedback),
  agenda: new Map(s.agenda),
});
