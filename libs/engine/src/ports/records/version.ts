import type { Instant } from '#libs/kernel';
import type { OutputSpec } from '#libs/traffic';
import type { Baseline } from '../baseline.ts';

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
