import type { Instant } from '#libs/kernel';
import type { CallerRules, ModelPrices } from '#libs/traffic';
import type { ReleaseSettings } from '../release-settings.ts';

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
