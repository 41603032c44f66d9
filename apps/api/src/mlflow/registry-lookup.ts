import { DomainError } from '#libs/kernel';
import type { ModelRecord, Stores, VersionRecord } from '#libs/engine';
import { invalid, missing } from './mlflow-error.ts';

const STAGES = ['None', 'Staging', 'Production', 'Archived'] as const;
type Stage = (typeof STAGES)[number];

const modelMissing = (name: string) => missing(`Registered Model with name=${name} not found`);

/** @throws MlflowError in MLflow's own words */
export async function modelOrMissing(stores: Stores, name: string): Promise<ModelRecord> {
  const model = await stores.models.find(name);
  if (model) return model;
  throw modelMissing(name);
}

const versionMissing = (name: string, version: number) =>
  missing(`Model Version (name=${name}, version=${version}) not found`);

/** @throws MlflowError for what PostgreSQL's integers cannot hold, and so is no version of anything */
export function possible(name: string, version: number): number {
  if (version >= 1 && version <= 2_147_483_647) return version;
  throw versionMissing(name, version);
}

/** @throws MlflowError in MLflow's own words */
export async function versionOrMissing(
  stores: Stores,
  name: string,
  version: number,
): Promise<VersionRecord> {
  const found = await stores.versions.findByName(name, possible(name, version));
  if (found) return found;
  throw versionMissing(name, version);
}

const NOT_FOUND = ['model_not_found', 'version_not_found'];
/** Says in MLflow's own words that a version, or its model, is not there. */
export const asVersionMissing =
  (name: string, version: number) =>
  (error: unknown): never => {
    if (error instanceof DomainError && NOT_FOUND.includes(error.code)) throw versionMissing(name, version);
    throw error;
  };
/** The same of a model. */
export const asModelMissing =
  (name: string) =>
  (error: unknown): never => {
    if (error instanceof DomainError && error.code === 'model_not_found') throw modelMissing(name);
    throw error;
  };

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
