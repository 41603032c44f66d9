import type { Instant } from '#libs/kernel';
import type {
  CheckResult,
  Decision,
  GateVerdict,
  RolloutState,
  StartPhase,
  WinsorBounds,
} from '#libs/rollout';

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
