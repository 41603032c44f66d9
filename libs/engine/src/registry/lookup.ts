import { DomainError } from '#libs/kernel';
import type { RouteTarget } from '#libs/traffic';
import type { Stores } from '../ports/ports.ts';
import type { DeploymentRecord, ModelRecord, RolloutRecord, VersionRecord } from '../ports/records.ts';

export async function requireModel(stores: Stores, name: string): Promise<ModelRecord> {
  return (await stores.models.find(name)) ?? unknownModel(name);
}

/** Locks the model: the first statement of every use case that changes anything about it. */
export async function lockModel(stores: Stores, name: string): Promise<ModelRecord> {
  return (await stores.models.lock(name)) ?? unknownModel(name);
}

/**
 * Locks a model, and keeps others from being renamed or deleted, all of them in the order of their names: whoever needs
 * several at once takes them by this.
 * @returns those that are there, by name
 */
export async function lockModelAmong(
  stores: Stores,
  own: string,
  others: readonly string[],
): Promise<ReadonlyMap<string, ModelRecord>> {
  const found = new Map<string, ModelRecord>();
  for (const name of [...new Set([own, ...others])].sort()) {
    const model = name === own ? await stores.models.lock(name) : await stores.models.keep(name);
    if (model) found.set(name, model);
  }
  return found;
}

export async function requireVersion(
  stores: Stores,
  model: ModelRecord,
  version: number,
): Promise<VersionRecord> {
  const found = await stores.versions.find(model.id, version);
  if (found) return found;
  throw new DomainError(
    'not_found',
    'version_not_found',
    `Model "${model.name}" has no version ${version}. GET /api/v1/models/${model.name}/versions lists them.`,
  );
}

export async function requireRollout(stores: Stores, id: string): Promise<RolloutRecord> {
  const found = await stores.rollouts.find(id);
  if (found) return found;
  throw new DomainError('not_found', 'rollout_not_found', `There is no rollout "${id}".`);
}

function unknownModel(name: string): never {
  throw new DomainError(
    'not_found',
    'model_not_found',
    `There is no model "${name}". Create it with POST /api/v1/models, or register a version (POST /api/v1/models/{model}/versions) with "createModel": true.`,
  );
}

/** Where a version answers: what a route target says of it. */
export type ServingPlace = Pick<RouteTarget, 'url' | 'urls' | 'healthPath'>;

/** Where a version answers now; `null` when it does not run (yet, or any more). */
export function servingAddress(
  version: Pick<VersionRecord, 'servingUrls' | 'healthPath'>,
  deployment: DeploymentRecord | null,
): ServingPlace | null {
  return placeOf(version, deployment?.state === 'ready' ? deployment.url : null);
}

/** Where a version answers, or answered when it was last heard of: good enough to go back to. */
export function lastKnownAddress(
  version: Pick<VersionRecord, 'servingUrls' | 'healthPath'>,
  deployment: DeploymentRecord | null,
): ServingPlace | null {
  return placeOf(version, deployment?.url ?? null);
}

/** @param deployed where its deployer has started it */
function placeOf(
  { servingUrls: urls, healthPath }: Pick<VersionRecord, 'servingUrls' | 'healthPath'>,
  deployed: string | null,
): ServingPlace | null {
  const url = urls[0] ?? deployed;
  if (url === null) return null;
  return {
    url,
    ...(urls.length > 1 ? { urls } : {}),
    ...(healthPath === null ? {} : { healthPath }),
  };
}
