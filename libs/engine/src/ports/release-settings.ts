import type { OutputSpec } from '#libs/traffic';

/** What a model does with versions from clients that know nothing of releases, as MLflow's. */
export interface ReleaseSettings {
  /** A version that such a client registers starts its rollout at once. */
  readonly autoRollout: boolean;
  /** Setting the alias `primary` starts a rollout of that version; otherwise it is refused. */
  readonly primaryAliasStartsRollout: boolean;
  /** Where such a version will answer; `{model}`, `{version}` and `{runId}` are filled in. */
  readonly servingUrlTemplate: string | null;
  /** By which the answers of versions that bring no output spec are read, whoever registers them; `null`: by the primary's. */
  readonly outputSpec: OutputSpec | null;
}
export const NO_RELEASE_SETTINGS: ReleaseSettings = {
  autoRollout: false,
  primaryAliasStartsRollout: false,
  servingUrlTemplate: null,
  outputSpec: null,
};
