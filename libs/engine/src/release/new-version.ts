import type { Instant } from '#libs/kernel';
import type { MlflowFacts, VersionRecord } from '../ports/records.ts';
import type { Reach } from '../access/reach.ts';
import type { AskedOutputSpec } from '../registry/settle-output-spec.ts';

/** What CI says of a version. Everything but the place it runs from may be left out. */
export interface NewVersion extends Pick<
  VersionRecord,
  | 'artifact'
  | 'servingUrls'
  | 'healthPath'
  | 'description'
  | 'tags'
  | 'source'
  | 'dataset'
  | 'signature'
  | 'baseline'
  | 'upstreams'
> {
  /** The version whose artifact and metadata this one has, such as of the environment before. */
  readonly copyOf?: { readonly model: string; readonly version: number } | null | undefined;
  readonly outputSpec?: AskedOutputSpec;
  /** The model card, in Markdown; empty: none. */
  readonly card: string;
  readonly metrics: Readonly<Record<string, number>>;
  /** Of an MLflow client only. */
  readonly mlflow?: MlflowFacts;
  /** Whom the CI run names: they had a hand in it. */
  readonly people?: readonly string[];
  /** Actors who had a hand in the version that this one copies. */
  readonly copiedHands?: readonly string[];
  /** What others say of it that is not kept, in words. */
  readonly unread?: readonly string[];
  /** Make the model when there is none of this name. */
  readonly createModel: boolean;
  /** Start a rollout: by the model's policy (`true`), by this one, or not at all. */
  readonly rollout: boolean | { readonly policy?: unknown; readonly startAt?: Instant | null | undefined };
  /** What whoever registers it may reach; left out: everything. */
  readonly reach?: Reach;
}
