import { DomainError } from '#libs/kernel';
import type { By } from '../access/authority.ts';
import { assertAlias, PRIMARY_ALIAS, setAlias } from '../registry/aliases.ts';
import { lockModel } from '../registry/lookup.ts';
import type { Stores } from '../ports/ports.ts';
import {
  type ModelRecord,
  NO_RELEASE_SETTINGS,
  type ReleaseSettings,
  type RolloutRecord,
} from '../ports/records.ts';
import { startRollout } from '../rollouts/start-rollout.ts';

/**
 * @param servesSources a deployer of ours serves versions without an artifact
 * @throws DomainError `serving_url_missing` for settings by which versions would start rollouts and answer nowhere
 */
export function assertReleasable(settings: ReleaseSettings, servesSources: boolean): void {
  if (!settings.autoRollout || settings.servingUrlTemplate !== null || servesSources) return;
  throw new DomainError(
    'invalid',
    'serving_url_missing',
    'With autoRollout, versions from MLflow clients start rollouts, but nothing says where they answer. Set servingUrlTemplate too, as http://models.internal/{model}/{version}; or have the operator set a DEPLOYER_COMMAND with {source}, or with {model} and {version}, or one with {artifact} and MLFLOW_TRACKING_URI, by which sources are read.',
    [{ pointer: '/servingUrlTemplate', detail: 'missing; needed with autoRollout' }],
  );
}

/**
 * Starts the rollout of a version that an MLflow client has just registered, where the model says so.
 * A training job is not failed for a rollout that cannot start now: an event says why it did not.
 */
export async function autoRollout(
  stores: Stores,
  model: ModelRecord,
  version: number,
  by: By,
): Promise<RolloutRecord | null> {
  if (!model.releaseSettings?.autoRollout) return null;
  try {
    return await startRollout(stores, model.name, { version, ...by, reason: 'registered through MLflow' });
  } catch (error) {
    if (!(error instanceof DomainError) || error.kind !== 'conflict') throw error;
    const event = { modelId: model.id, rolloutId: null, type: 'rollout.not_started', actor: by.actor };
    await stores.events.append({ ...event, data: { version, because: error.detail } });
    return null;
  }
}

/**
 * Points an alias at a version, as MLflow's clients do. `primary` is earned, not set: it starts the
 * version's rollout where the model says so.
 * @throws DomainError `alias_reserved`, for `primary` of a model that does not
 */
export async function setAliasOrRelease(
  stores: Stores,
  modelName: string,
  alias: string,
  version: number,
  by: By,
): Promise<void> {
  if (alias !== PRIMARY_ALIAS) return setAlias(stores, modelName, alias, version, by.actor);
  const model = await lockModel(stores, modelName);
  const { primaryAliasStartsRollout } = model.releaseSettings ?? NO_RELEASE_SETTINGS;
  if (!primaryAliasStartsRollout) return assertAlias(alias);
  // Asked twice, or there already: any request may be repeated.
  if (model.primary === version) return;
  await startRollout(stores, modelName, {
    version,
    ...by,
    reason: 'the alias primary was set through MLflow',
  });
}
