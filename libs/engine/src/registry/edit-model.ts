import { DomainError } from '#libs/kernel';
import type { By } from '../access/authority.ts';
import { assertVisible } from './ensure-model.ts';
import { editedTags } from './edit-version.ts';
import { assertComesBeforeNone } from '../settings/environments.ts';
import { lockModel, requireModel } from './lookup.ts';
import { assertMaySetReleases, assertMayTakeAway } from '../release/model-guard.ts';
import { assertReleasable } from '../release/mlflow-release.ts';
import type { DeployerInfo, Stores } from '../ports/ports.ts';
import { type ModelRecord, NO_RELEASE_SETTINGS, type ReleaseSettings } from '../ports/records.ts';

export interface ModelEdit {
  readonly description?: string | undefined;
  /** Tags to set; `null` removes one. */
  readonly tags?: Readonly<Record<string, string | null>> | undefined;
  readonly releaseSettings?: Partial<ReleaseSettings> | undefined;
}

/**
 * Changes description, tags or release settings, with its event.
 * @throws DomainError `release_settings_guarded`
 */
export async function editModel(
  stores: Stores,
  name: string,
  edit: ModelEdit,
  { actor, authority }: By,
  deployer: Pick<DeployerInfo, 'servesSources'> = { servesSources: false },
): Promise<ModelRecord> {
  const model = await lockModel(stores, name);
  if (edit.releaseSettings !== undefined) assertMaySetReleases(authority);
  if (Object.values(edit).every((part) => part === undefined)) return model;
  const releaseSettings = { ...NO_RELEASE_SETTINGS, ...model.releaseSettings, ...edit.releaseSettings };
  if (edit.releaseSettings !== undefined) assertReleasable(releaseSettings, deployer.servesSources);
  await stores.models.update(model.id, {
    ...(edit.description === undefined ? {} : { description: edit.description }),
    ...(edit.tags === undefined ? {} : { tags: editedTags(model.tags, edit.tags) }),
    ...(edit.releaseSettings === undefined ? {} : { releaseSettings }),
  });
  await stores.events.append({
    modelId: model.id,
    touch: true,
    rolloutId: null,
    type: 'model.edited',
    actor,
    data: { ...edit, ...(edit.releaseSettings === undefined ? {} : { before: model.releaseSettings }) },
  });
  return requireModel(stores, name);
}

/**
 * Gives a model another name. Whoever locks the model before that claims the new name before that, too.
 * @throws DomainError `model_exists`, `name_invisible`, or `model_guarded`, or `model_serves` once callers and gateways know it by its name
 */
export async function renameModel(
  stores: Stores,
  name: string,
  newName: string,
  { actor, authority }: By,
): Promise<ModelRecord> {
  await stores.models.claimName(newName);
  const model = await lockModel(stores, name);
  if (name === newName) return model;
  assertVisible(newName);
  assertMayTakeAway(model, 'renamed', authority);
  await assertIdle(stores, model, 'renamed');
  if (model.retirement !== null)
    throw new DomainError(
      'conflict',
      'model_serves',
      `The model "${name}" cannot be renamed: it is retired, and its callers are told so under this name.`,
    );
  if (await stores.models.find(newName))
    throw new DomainError('conflict', 'model_exists', `There is a model "${newName}" already.`);
  await stores.models.update(model.id, { name: newName });
  await stores.lineage.renamed(model.id, name, newName);
  const event = { modelId: model.id, rolloutId: null, type: 'model.renamed', actor, touch: true } as const;
  await stores.events.append({ ...event, data: { from: name, to: newName } });
  return requireModel(stores, newName);
}

/**
 * Takes a model and its versions out of every list; their rows stay for the record, and the name is free again.
 * @throws DomainError `model_guarded` for a submitter, `model_serves` while a version of it serves, or a rollout runs; `model_comes_before`
 */
export async function deleteModel(stores: Stores, name: string, { actor, authority }: By): Promise<void> {
  const model = await lockModel(stores, name);
  assertMayTakeAway(model, 'deleted', authority);
  await assertIdle(stores, model, 'deleted');
  await assertComesBeforeNone(stores, model);
  const event = { modelId: model.id, rolloutId: null, type: 'model.deleted', actor };
  await stores.events.append({ ...event, data: { name } });
  await stores.models.remove(model.id);
}

async function assertIdle(stores: Stores, model: ModelRecord, what: string): Promise<void> {
  const live = (await stores.rollouts.findLive(model.id)) ?? (await stores.rollouts.nextQueued(model.id));
  if (model.primary === null && live === null) return;
  const why =
    live === null
      ? `version ${model.primary ?? ''} serves`
      : `rollout ${live.id} ${live.queued ? 'waits to start' : 'runs'}`;
  throw new DomainError('conflict', 'model_serves', `The model "${model.name}" cannot be ${what}: ${why}.`);
}
