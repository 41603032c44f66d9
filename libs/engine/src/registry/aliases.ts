import { DomainError } from '#libs/kernel';
import { lockModel, requireVersion } from './lookup.ts';
import type { Stores } from '../ports/ports.ts';

/** Moved by rollouts and rollback only. */
export const PRIMARY_ALIAS = 'primary';
const PATTERN = /^[\p{L}\p{M}\p{N}_-]{1,255}$/u;
/** Names that `models:/name@…` and `models:/name/…` would read as something else. */
const RESERVED = /^(latest|v\d+)$/i;

/**
 * Points an alias at a version; it moves from wherever it pointed.
 * @throws DomainError `alias_reserved` for `primary`, which a version earns by a rollout, `latest` and `v<n>`
 */
export async function setAlias(
  stores: Stores,
  modelName: string,
  alias: string,
  version: number,
  actor: string,
): Promise<void> {
  assertAlias(alias);
  const model = await lockModel(stores, modelName);
  await requireVersion(stores, model, version);
  const before = await stores.aliases.find(model.id, alias);
  if (before === version) return;
  await stores.aliases.set(model.id, alias, version);
  const event = { modelId: model.id, rolloutId: null, type: 'alias.set', actor, touch: true } as const;
  await stores.events.append({ ...event, data: { alias, version, before } });
}

/** @returns whether there was such an alias */
export async function removeAlias(
  stores: Stores,
  modelName: string,
  alias: string,
  actor: string,
): Promise<boolean> {
  assertAlias(alias);
  const model = await lockModel(stores, modelName);
  const version = await stores.aliases.find(model.id, alias);
  if (version === null) return false;
  await stores.aliases.remove(model.id, alias);
  const event = { modelId: model.id, rolloutId: null, type: 'alias.removed', actor, touch: true } as const;
  await stores.events.append({ ...event, data: { alias, version } });
  return true;
}

/** @throws DomainError for what is no alias, or one that nobody sets */
export function assertAlias(alias: string): void {
  if (!PATTERN.test(alias))
    throw new DomainError(
      'invalid',
      'alias_invalid',
      'An alias is 1 to 255 letters, digits, underscores and dashes.',
    );
  if (alias === PRIMARY_ALIAS)
    throw new DomainError(
      'invalid',
      'alias_reserved',
      'The alias "primary" is moved by rollouts and rollback only: a version earns it. Start one with POST /api/v1/models/{model}/rollouts, have an admin promote the version, or have an operator set primaryAliasStartsRollout of the model (PATCH /api/v1/models/{model}).',
    );
  if (RESERVED.test(alias))
    throw new DomainError(
      'invalid',
      'alias_reserved',
      `The alias "${alias}" is reserved: it reads as a version.`,
    );
}
