import { DomainError, type Instant } from '#libs/kernel';
import type { Stores } from '../ports/ports.ts';
import { ownerFrom, ownerOf } from './principal.ts';
import { issueToken, rotateToken, type TokenRecord } from '../ports/tokens.ts';

export type TokenGrant = Pick<TokenRecord, 'name' | 'scopes' | 'models' | 'owner' | 'expiresAt'>;

/** Scopes that are of no model: whoever has one cannot be bound to some. */
const OF_ALL_MODELS = ['admin', 'gateway'] as const;

/**
 * Makes a token, and notes by whom. Without an owner it is its maker's where that is a person.
 * @throws DomainError `scope_unbindable`, `expires_in_the_past`, `owner_invalid`
 */
export async function grantToken(
  stores: Stores,
  grant: TokenGrant,
  actor: string,
): Promise<{ id: string; token: string; owner: string | null }> {
  const unbindable = OF_ALL_MODELS.find((scope) => grant.scopes.includes(scope));
  if (grant.models !== null && unbindable)
    throw new DomainError(
      'invalid',
      'scope_unbindable',
      `The scope "${unbindable}" is of all models; a token that has it cannot be bound to some.`,
      [{ pointer: '/models', detail: `not with the scope "${unbindable}"` }],
    );
  if (grant.expiresAt !== null && grant.expiresAt <= (await stores.now()))
    throw new DomainError('invalid', 'expires_in_the_past', 'The token would have expired already.', [
      { pointer: '/expiresAt', detail: 'in the past' },
    ]);
  await stores.events.holdInstallation();
  const owner = grant.owner === null ? ownerFrom(actor) : ownerOf(grant.owner);
  const issued = await issueToken(stores.tokens, { ...grant, owner });
  const { name, scopes, models, expiresAt } = grant;
  const data = { id: issued.id, name, scopes, models, owner, expiresAt };
  await stores.events.appendToInstallation({ type: 'token.issued', actor, data });
  return { ...issued, owner };
}

/** A new token in place of this one, which goes on for the overlap. @throws DomainError `token_not_found` */
export async function renewToken(
  stores: Stores,
  id: string,
  overlapMs: number,
  actor: string,
): Promise<{ id: string; token: string; old: TokenRecord; oldExpiresAt: Instant }> {
  await stores.events.holdInstallation();
  const old = await requireToken(stores, id);
  const renewed = await rotateToken(stores.tokens, old, await stores.now(), overlapMs);
  const data = {
    id: renewed.id,
    name: old.name,
    owner: old.owner,
    replaces: id,
    oldExpiresAt: renewed.oldExpiresAt,
  };
  await stores.events.appendToInstallation({ type: 'token.rotated', actor, data });
  return { ...renewed, old };
}

export async function revokeToken(stores: Stores, id: string, actor: string): Promise<void> {
  await stores.events.holdInstallation();
  const { name } = await requireToken(stores, id);
  await stores.tokens.remove(id);
  await stores.events.appendToInstallation({ type: 'token.revoked', actor, data: { id, name } });
}

async function requireToken(stores: Stores, id: string): Promise<TokenRecord> {
  const found = await stores.tokens.find(id);
  if (found) return found;
  throw new DomainError('not_found', 'token_not_found', `There is no token "${id}".`);
}
