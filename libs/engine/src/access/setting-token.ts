import { DomainError } from '#libs/kernel';
import type { Stores } from '../ports/ports.ts';
import { hashToken, issueToken, isWellFormedToken, type Scope } from '../ports/tokens.ts';

export interface SettingToken {
  /** Of the setting, and so of the token: `UNDERSTUDY_ADMIN_TOKEN`. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly token: string;
}

/**
 * Makes the token of a setting the only one of its kind: adds it where it is not known, and revokes what
 * the setting said before (and what that was rotated to). Both are on the record.
 * @returns what had to be done
 * @throws DomainError `config_invalid` when nobody could ever come in with it
 */
export async function ensureSettingToken(
  stores: Stores,
  { name, scopes, token }: SettingToken,
): Promise<{ added: boolean; revoked: number }> {
  assertUsable(name, token);
  await stores.events.holdInstallation();
  const known = await stores.tokens.use(hashToken(token));
  const isSame = (given: readonly Scope[]): boolean => scopes.every((scope) => given.includes(scope));
  const old = (await stores.tokens.list()).filter(
    (one) => one.name === name && isSame(one.scopes) && one.id !== known?.id,
  );
  const actor = `setting:${name}`;
  for (const { id } of old) {
    await stores.tokens.remove(id);
    await stores.events.appendToInstallation({ type: 'token.revoked', actor, data: { id, name } });
  }
  if (known && isSame(known.scopes)) return { added: false, revoked: old.length };
  // A token of lesser rights that happens to be the same text would stand in the way of this one.
  if (known) await stores.tokens.remove(known.id);
  const { id } = await issueToken(stores.tokens, { name, scopes, token });
  const data = { id, name, scopes, models: null, owner: null, expiresAt: null };
  await stores.events.appendToInstallation({ type: 'token.issued', actor, data });
  return { added: true, revoked: old.length };
}

/** A token that the api would answer with 401 to everything is said at the start, not found out by its owner. */
export function assertUsable(name: string, token: string): void {
  const refuse = (why: string): never => {
    throw new DomainError('invalid', 'config_invalid', `${name} ${why}`);
  };
  // Basic authentication brings blanks and letters of any language; Bearer only what is ASCII.
  if (/[\p{Cc}]/u.test(token))
    refuse('has a line break or another control character: no header can bring that.');
  if (token.startsWith('us_') && !isWellFormedToken(token))
    refuse(
      'begins with us_ but is no token: its checksum does not match. Copy it again, or choose a text of your own that does not begin with us_.',
    );
}
