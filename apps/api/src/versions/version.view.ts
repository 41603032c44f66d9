import type { ModelRecord, RolloutRecord, VersionRecord } from '#libs/engine';

/** Where a version stands, for people: derived, never stored. */
function stateOf(version: number, model: ModelRecord, live: RolloutRecord | null): string {
  if (model.primary === version) return 'primary';
  if (live?.version === version) return 'candidate';
  return model.primaryHistory.includes(version) ? 'retired' : 'registered';
}

/** A version as the API shows it (DESIGN 7). */
export function versionView(
  record: VersionRecord,
  model: ModelRecord,
  live: RolloutRecord | null,
  metrics: Readonly<Record<string, number>>,
) {
  const { modelId: _id, createdAt, updatedAt, mlflow, ...rest } = record;
  return {
    ...rest,
    state: stateOf(record.version, model, live),
    metrics,
    ...(mlflow.source === null ? {} : { mlflow }),
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
  };
}
