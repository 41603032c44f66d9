import type { DeploymentRecord, ModelRecord, RolloutRecord, VersionRecord } from '#libs/engine';

/** Where a version stands, for people: derived, never stored. */
function stateOf(version: number, model: ModelRecord, live: RolloutRecord | null): string {
  if (model.primary === version) return 'primary';
  if (live?.version === version) return 'candidate';
  return model.primaryHistory.includes(version) ? 'retired' : 'registered';
}

/** Whether its model server takes callers, by the last probes. */
const deploymentView = ({ state, message, since }: DeploymentRecord) => ({
  state,
  because: message,
  since: since === null ? null : new Date(since).toISOString(),
});

/** A version as the API shows it (DESIGN 7). */
export function versionView(
  record: VersionRecord,
  model: ModelRecord,
  live: RolloutRecord | null,
  {
    metrics = {},
    deployment,
  }: { metrics?: Readonly<Record<string, number>> | undefined; deployment?: DeploymentRecord | undefined },
) {
  const { modelId: _id, createdAt, updatedAt, mlflow, ...rest } = record;
  return {
    ...rest,
    servingUrl: record.servingUrls[0] ?? null,
    state: stateOf(record.version, model, live),
    deployment: deployment ? deploymentView(deployment) : null,
    metrics,
    ...(mlflow.source === null ? {} : { mlflow }),
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
  };
}
