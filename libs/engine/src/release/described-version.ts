import type { DescribedArtifact, Stores } from '../ports/ports.ts';
import type { ModelRecord, VersionRecord } from '../ports/records.ts';
import type { Warning } from '../registry/settle-output-spec.ts';

/**
 * What gates read of the answers of a version that says nothing of it: what the model says, else what they read of the primary's. Only
 * where there is neither, what its artifact says: it is brought by whoever is guarded.
 */
export async function outputByDefault(
  stores: Stores,
  model: ModelRecord,
  described: VersionRecord['outputSpec'],
): Promise<VersionRecord['outputSpec']> {
  const models = model.releaseSettings?.outputSpec ?? null;
  if (models !== null) return models;
  if (model.primary === null) return described;
  return (await stores.versions.find(model.id, model.primary))?.outputSpec ?? null;
}

/** The version is registered all the same: its files are what they are. */
export const unreadOf = (said: DescribedArtifact | null): readonly Warning[] =>
  (said?.unread ?? []).map((detail) => ({
    code: 'mlmodel_unread',
    detail: `What MLmodel says is not used: ${detail} Give signature and outputSpec with the version, or the model's outputSpec (docs/guides/mlflow.md).`,
  }));
