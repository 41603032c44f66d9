import type { PrimaryWord } from '../outages/records.ts';
import type { Instant } from '#libs/kernel';
import type {
  CheckResult,
  Decision,
  GateVerdict,
  RolloutState,
  StartPhase,
  WinsorBounds,
} from '#libs/rollout';
import type { Tally } from '#libs/stats';
import type { Arm, CallerRules, ModelPrices, OutputSpec } from '#libs/traffic';
import type { ReleaseSettings } from './release-settings.ts';
import type { Baseline } from './baseline.ts';
import type { SampleRecord, ServedRequest } from './feedback-records.ts';
import type { TextPairRecord } from '../pairwise-judge/records.ts';

/** A registered model. */
export interface ModelRecord {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The policy document for its rollouts; `null` means the default policy. */
  readonly policy: unknown;
  /** What every version must answer before it gets traffic; `null`: none are set. */
  readonly golden: GoldenRequests | null;
  /** How its callers are told apart; `null`: the defaults. */
  readonly callers: CallerRules | null;
  /** What its tokens cost; `null`: nobody has said. */
  readonly prices: ModelPrices | null;
  /** How versions that MLflow's clients register are released; `null`: not by themselves. */
  readonly releaseSettings: ReleaseSettings | null;
  /** Where it stands in a chain such as dev, staging, prod; `null`: in none. */
  readonly environment: ModelEnvironment | null;
  /** The version that serves; `null` until the first one is promoted, and while the model is retired. */
  readonly primary: number | null;
  /** Versions that were primary and not rolled back from, oldest first; the last one is `primary`, or was when the model was retired. */
  readonly primaryHistory: readonly number[];
  /** Why nothing serves any more, on purpose; `null`: it is not retired. Cleared by the next version that becomes primary. */
  readonly retirement: Retirement | null;
  readonly salt: string;
  readonly nextVersion: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** An admin's word that a model serves nobody any more. */
export interface Retirement {
  /** Callers are told it. */
  readonly reason: string;
  readonly actor: string;
  readonly at: Instant;
  /** The version that served until then. */
  readonly version: number;
}

/** The environment of a model, and the model of the one before: only what is proven there is released here. */
export interface ModelEnvironment {
  readonly name: string;
  readonly after: { readonly id: string; readonly name: string } | null;
}

export * from './stores/primary-term.ts';
export * from './release-settings.ts';

/** What a golden request's answer must hold at a JSON path. */
export interface GoldenExpectation {
  readonly path: string;
  readonly equals?: unknown;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** For `equals` with numbers (also within arrays): the most that each may differ. */
  readonly tolerance: number;
}

/** One request that every version of a model must answer rightly. */
export interface GoldenRequest {
  readonly name: string;
  /** A group of inputs that it stands for, such as a language or a region. */
  readonly slice: string | null;
  readonly method: string;
  /** Below the serving URL. */
  readonly path: string;
  readonly body: unknown;
  readonly expect: readonly GoldenExpectation[];
}
export type GoldenRequests = readonly GoldenRequest[];

/** An immutable version of a model (but for tags, description and metrics). */
export interface VersionRecord {
  readonly modelId: string;
  readonly model: string;
  readonly version: number;
  readonly artifact: { readonly uri: string; readonly digest: string } | null;
  /** Where it answers: several replicas, or one; empty: a deployer starts it. */
  readonly servingUrls: readonly string[];
  /** Where its server says that it is ready; `none`: nowhere; `null`: at one of the usual paths. */
  readonly healthPath: string | null;
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Those that point at it, by name; `primary` among them where it serves. */
  readonly aliases: readonly string[];
  readonly source: Readonly<Record<string, string>>;
  readonly dataset: Readonly<Record<string, string>>;
  readonly signature: unknown;
  readonly outputSpec: OutputSpec | null;
  readonly baseline: Baseline | null;
  readonly upstreams: readonly { readonly model: string; readonly version: number }[];
  /** Has it a model card? The card itself is asked for by itself: it may be long. */
  readonly hasCard: boolean;
  /** What MLflow clients say of it; the stage is theirs alone, and decides nothing here. */
  readonly mlflow: MlflowFacts;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly createdBy: string;
}

export interface MlflowFacts {
  /** Where its files are, as the client said; `null` for a version registered in another way. */
  readonly source: string | null;
  readonly runId: string | null;
  readonly runLink: string | null;
  readonly stage: 'None' | 'Staging' | 'Production' | 'Archived';
}

export const NO_MLFLOW_FACTS: MlflowFacts = { source: null, runId: null, runLink: null, stage: 'None' };

/** One attempt to make a version primary. `revision` grows with every change of state. */
export interface RolloutRecord {
  readonly id: string;
  readonly modelId: string;
  readonly model: string;
  readonly version: number;
  /** `rollback`: an admin goes back to a version that served before. */
  readonly intent: 'release' | 'rollback';
  /** The primary when the rollout started; `null` for a first version. */
  readonly from: number | null;
  readonly state: RolloutState;
  readonly stepIndex: number;
  readonly stepStartedAt: Instant | null;
  /** Since when no gateway has been heard of; `null` while the step's clock runs. */
  readonly clockStoppedAt: Instant | null;
  /** What the checks found; `null` until they were made. */
  readonly checks: readonly CheckResult[] | null;
  readonly approvals: readonly Approval[];
  /** Which try of its artifact this is, since the artifact last succeeded; `null`: of before tries were counted. */
  readonly attempt: number | null;
  /** The part of its step's start that its traffic is counted in; `null`: start periods are over, or there are none. */
  readonly startPhase: StartPhase | null;
  /** Where gates that winsorise cut values off, once that is chosen; `null`: no gate has chosen. */
  readonly valueBounds: WinsorBounds | null;
  /** What it was paused for, of the evidence itself; `accepted`: a person has then resumed it in spite of that. */
  readonly faults: readonly { readonly step: number; readonly fault: string; readonly accepted: boolean }[];
  /** A hot fix: freeze windows do not hold it; `reason` says why. */
  readonly overridesFreeze: boolean;
  /** An admin has released it though its artifact is not proven in the environment before. */
  readonly overridesEnvironment: boolean;
  /** It waits until its time has come (`startAt`), and until the rollout before it has ended. */
  readonly queued: boolean;
  /** Not before this instant; `null`: as soon as it can. */
  readonly startAt: Instant | null;
  /** The release group whose members reach primary together with it; `null`: it goes by itself. */
  readonly groupId: string | null;
  readonly revision: number;
  /** The frozen policy document and its SHA-256. */
  readonly policy: unknown;
  readonly policyHash: string;
  readonly verdicts: readonly GateVerdict[];
  readonly decision: NotedDecision | null;
  readonly reason: string;
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly endedAt: Instant | null;
}

/** The last decision about a rollout. */
export interface NotedDecision {
  readonly kind: Decision['kind'];
  readonly because: string;
  readonly at: Instant;
  /** The rollout's revision that it is about: at a later one it says nothing of how things stand. `undefined` in rows of before it was kept. */
  readonly revision: number | undefined;
}

/** A person's word that a rollout may leave an approval step. Bound to the rollout, the step, the artifact and the plan. */
export interface Approval {
  readonly step: number;
  readonly version: number;
  /** Of the version's artifact; `null`: it has none. */
  readonly digest: string | null;
  readonly policyHash: string;
  readonly by: string;
  readonly reason: string;
  readonly at: Instant;
}

/** Where a version runs, as its deployer last reported. */
export interface DeploymentRecord {
  readonly modelId: string;
  readonly version: number;
  /** `not_ready`: it was ready before. */
  readonly state: 'starting' | 'ready' | 'not_ready' | 'failed' | 'retired';
  readonly url: string | null;
  readonly message: string;
  readonly readyPath: string | null; // where its server last said that it is ready: one that does not know the path is another; `null`: nowhere yet
  readonly since: Instant | null; // since when it is in this state
  readonly askedAt: Instant | null; // when it was first asked, or reported, since it was retired; `null`: before this was noted
  /** Probes in a row that found it not ready. */
  readonly misses: number;
  readonly updatedAt: Instant;
}

/** Something that happened. Append-only; hashed into a chain per model. */
export interface EventRecord {
  readonly sequence: number;
  readonly model: string;
  readonly rolloutId: string | null;
  readonly type: string;
  readonly actor: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly at: Instant;
  readonly hash: string;
}

/** What a gateway counted for one arm under one route revision since its last batch. */
export interface EvidenceEntry {
  readonly rolloutId: string;
  readonly revision: number;
  readonly arm: Arm;
  /** `<gate>=<value>`; left out: everybody. */
  readonly segment?: string | undefined;
  /** Recorded spans of a few of these requests (`<trace id>-<span id>`); of a segment none. */
  readonly traces?: readonly string[] | undefined;
  readonly tally: Tally;
}

/** A recorded request that was counted for an arm. */
export interface EvidenceTrace {
  readonly arm: Arm;
  /** `<trace id>-<span id>` */
  readonly name: string;
}

/** An entry that the others of its batch were taken without, and why. */
export interface Refused<T> {
  readonly entry: T;
  readonly reason: string;
}

/** A gateway has stopped sending callers to a candidate for a while, because it failed where the primary answered. */
export interface TripRecord {
  readonly model: string;
  readonly rolloutId: string;
  readonly version: number;
  readonly failures: number;
  readonly of: number;
  readonly inARow?: number | undefined;
  /** The primary's answers of the same seconds; left out by a gateway of before, which stops for good. */
  readonly primaryFailures?: number | undefined;
  readonly primaryOf?: number | undefined;
  readonly pauseMs?: number | undefined;
  /** Which trip of this process it is. */
  readonly number?: number | undefined;
}

/** One delivery of a gateway: evidence and acknowledged routes. (gateway, boot, sequence) names it. */
export interface EvidenceBatch {
  readonly gateway: string;
  readonly boot: string;
  readonly sequence: number;
  readonly acknowledged: readonly { readonly model: string; readonly revision: number }[];
  readonly entries: readonly EvidenceEntry[];
  /** Requests whose feedback may come by their id. */
  readonly served?: readonly ServedRequest[] | undefined;
  /** The worst disagreements of shadows. */
  readonly samples?: readonly SampleRecord[] | undefined;
  /** Texts of shadows for the pairwise judge. */
  readonly textPairs?: readonly TextPairRecord[] | undefined;
  /** Candidates that the gateway sends no more callers to. */
  readonly trips?: readonly TripRecord[] | undefined;
  /** What its callers meet at primaries. */
  readonly primaries?: readonly PrimaryWord[] | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextPageToken: string | null;
}
export interface PageRequest {
  readonly pageSize: number;
  readonly pageToken: string | null;
}
