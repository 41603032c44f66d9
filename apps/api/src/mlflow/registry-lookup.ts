import type { ModelRecord, Stores, VersionRecord } from '#libs/engine';
import { invalid, missing } from './mlflow-error.ts';

export const STAGES = ['None', 'Staging', 'Production', 'Archived'] as const;
type Stage = (typeof STAGES)[number];

/** @throws MlflowError in MLflow's own words */
export async function modelOrMissing(stores: Stores, name: string): Promise<ModelRecord> {
  const model = await stores.models.find(name);
  if (model) return model;
  throw missing(`Registered Model with name=${name} not found`);
}

/** @throws MlflowError in MLflow's own words */
export async function versionOrMissing(
  stores: Stores,
  name: string,
  version: number,
): Promise<VersionRecord> {
  // What PostgreSQL's integers cannot hold is no version of anything.
  const possible = version >= 1 && version <= 2_147_483_647;
  const found = possible && (await stores.versions.findByName(name, version));
  if (found) return found;
  throw missing(`Model Version (name=${name}, version=${version}) not found`);
}

/** Stages are written in any case. */
export function stageOf(text: string): Stage {
  const stage = STAGES.find((one) => one.toLowerCase() === text.toLowerCase());
  if (stage) return stage;
  throw invalid(`Invalid Model Version stage: ${text}. Value must be one of ${STAGES.join(', ')}.`);
}

/** The newest version of each stage (of all stages, where none is named). */
export async function latestByStage(
  stores: Stores,
  model: ModelRecord,
  stages: readonly string[],
): Promise<readonly VersionRecord[]> {
  const wanted = stages.length === 0 ? STAGES : stages.map(stageOf);
  return stores.versions.latestOfStages(model.id, wanted);
}
