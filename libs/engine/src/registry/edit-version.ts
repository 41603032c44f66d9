import { DomainError } from '#libs/kernel';
import { lockModel, requireVersion } from './lookup.ts';
import { waysBack } from '../routing/proven-primary.ts';
import type { Stores, VersionEdit } from '../ports/ports.ts';
import type { ModelRecord, VersionRecord } from '../ports/records.ts';

/** Changes description, tags or stage, with its event. */
export async function editVersion(
  stores: Stores,
  modelName: string,
  number: number,
  edit: VersionEdit,
  actor: string,
): Promise<VersionRecord> {
  const model = await lockModel(stores, modelName);
  if (Object.values(edit).every((part) => part === undefined)) return requireVersion(stores, model, number);
  const edited = await stores.versions.update(model.id, number, edit);
  if (!edited) return requireVersion(stores, model, number);
  await note(stores, model, 'version.edited', actor, { version: number, ...edit });
  return edited;
}

/**
 * Takes a version out of every list; its row stays for the record.
 * @throws DomainError `version_serves` or `version_is_rollback_target` while callers, a rollout or a rollback may need it
 */
export async function deleteVersion(
  stores: Stores,
  modelName: string,
  number: number,
  actor: string,
): Promise<void> {
  const model = await lockModel(stores, modelName);
  await requireVersion(stores, model, number);
  await assertNotNeeded(stores, model, number);
  await stores.aliases.removeOfVersion(model.id, number);
  await stores.versions.remove(model.id, number);
  await note(stores, model, 'version.deleted', actor, { version: number });
}

/**
 * @throws DomainError `version_serves` when this version is the primary, or in a live rollout; and
 *   `version_is_rollback_target` when it is the only one that a rollback could go back to, or the only one of them that can serve
 */
async function assertNotNeeded(stores: Stores, model: ModelRecord, number: number): Promise<void> {
  const live = await stores.rollouts.findLive(model.id);
  const queued = await stores.rollouts.findQueued(model.id, number);
  const why =
    model.primary === number
      ? 'it is the primary'
      : live?.version === number || live?.from === number || queued
        ? 'a live rollout names it'
        : null;
  if (why !== null)
    throw new DomainError(
      'conflict',
      'version_serves',
      `Version ${number} of "${model.name}" cannot be deleted: ${why}. Promote or roll back to another version first, or end the rollout.`,
    );
  // A rollback steps over what was deleted, as long as there is another one that can serve.
  const ways = (await waysBack(stores, model)).there.map(({ version }) => version);
  const known = await stores.deployments.ofVersions(
    model.id,
    ways.map(({ version }) => version),
  );
  const able = ways.filter(
    ({ version, servingUrls }) => servingUrls.length === 0 || known.get(version)?.state === 'ready',
  );
  const needed = able.length > 0 ? able : ways;
  if (needed.length === 1 && needed[0]?.version === number)
    throw new DomainError(
      'conflict',
      'version_is_rollback_target',
      `Version ${number} of "${model.name}" cannot be deleted: a rollback would go back to it, and no other proven version could serve. It can be deleted once another version is proven and primary.`,
    );
}

export function editedTags(
  before: Readonly<Record<string, string>>,
  edit: Readonly<Record<string, string | null>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ ...before, ...edit }).filter((pair): pair is [string, string] => pair[1] !== null),
  );
}

async function note(
  stores: Stores,
  model: ModelRecord,
  type: string,
  actor: string,
  data: Record<string, unknown>,
): Promise<void> {
  const event = { modelId: model.id, rolloutId: null, type, actor, touch: true } as const;
  await stores.events.append({ ...event, data });
}
