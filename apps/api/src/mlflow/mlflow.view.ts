import type { ModelRecord, VersionRecord } from '#libs/engine';

export interface AliasOf {
  readonly alias: string;
  readonly version: number;
}

const tagList = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([key, value]) => ({ key, value }));

/** MLflow knows no retired models: a tag says so, as long as the model is one. */
const RETIRED_TAG = 'understudy.retired';

/** A registered model as MLflow's protocol has it. */
export function registeredModel(
  model: ModelRecord,
  aliases: readonly AliasOf[],
  latest: readonly VersionRecord[],
) {
  return {
    name: model.name,
    creation_timestamp: model.createdAt,
    last_updated_timestamp: model.updatedAt,
    ...(model.description === '' ? {} : { description: model.description }),
    latest_versions: latest.map(modelVersion),
    tags: tagList({
      ...model.tags,
      ...(model.retirement === null ? {} : { [RETIRED_TAG]: model.retirement.reason }),
    }),
    aliases: aliases.map(({ alias, version }) => ({ alias, version: String(version) })),
  };
}

/** Where the files of a version are: as the client said, or as it was registered here. */
export const sourceOf = (version: VersionRecord): string =>
  version.mlflow.source ?? version.artifact?.uri ?? version.servingUrls[0] ?? '';

/** A version as MLflow's protocol has it. */
export function modelVersion(version: VersionRecord) {
  const { mlflow } = version;
  return {
    name: version.model,
    version: String(version.version),
    creation_timestamp: version.createdAt,
    last_updated_timestamp: version.updatedAt,
    user_id: version.createdBy,
    current_stage: mlflow.stage,
    description: version.description,
    source: sourceOf(version),
    run_id: mlflow.runId ?? '',
    status: 'READY',
    tags: tagList(version.tags),
    run_link: mlflow.runLink ?? '',
    aliases: version.aliases,
  };
}
