import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  ensureSettingToken,
  grantToken,
  hashToken,
  issueToken,
  type TokenStore,
  type UnitOfWork,
} from '#libs/engine';

export interface AdminTokenWish {
  /** The operator's, of UNDERSTUDY_ADMIN_TOKEN; `null`: none. */
  readonly given: string | null;
  /** Whoever may start us with the data folder asks for another one. */
  readonly another: boolean;
}

/**
 * Sees to it that there is an admin token: the operator's, which then is the only one of its kind, or one
 * made now. To be called when the start has worked: what is made now has to be shown.
 * @returns the token when it was made now, to be shown this once; else `null`
 */
export function ensureAdminToken(
  uow: UnitOfWork,
  { given, another }: AdminTokenWish,
): Promise<string | null> {
  return uow.run(async (stores) => {
    await stores.events.holdInstallation();
    if (given !== null)
      await ensureSettingToken(stores, { name: 'UNDERSTUDY_ADMIN_TOKEN', scopes: ['admin'], token: given });
    const hasAdmin = (await stores.tokens.list()).some(
      (token) => token.scopes.includes('admin') && token.expiresAt === null,
    );
    if (hasAdmin && !another) return null;
    const grant = { name: 'admin', scopes: ['admin'] as const, models: null, owner: null, expiresAt: null };
    return (await grantToken(stores, grant, another ? 'start:--new-admin-token' : 'start')).token;
  });
}

/** A token for whoever has started us and opens the dashboard (`--open`). @param forMs after which it ends */
export function grantBrowserToken(uow: UnitOfWork, forMs: number): Promise<string> {
  return uow.run(async (stores) => {
    const expiresAt = (await stores.now()) + forMs;
    const grant = { name: 'browser', scopes: ['admin'] as const, models: null, owner: null, expiresAt };
    return (await grantToken(stores, grant, 'start:--open')).token;
  });
}

/** The token of this machine's gateway, kept in the data folder for its owner's eyes only. */
export async function ensureGatewayToken(tokens: TokenStore, home: string): Promise<string> {
  const file = path.join(home, 'gateway-token');
  const kept = await readFile(file, 'utf8').catch(() => null);
  if (kept !== null && (await tokens.use(hashToken(kept)))) return kept;
  const { token } = await issueToken(tokens, { name: 'gateway of this machine', scopes: ['gateway'] });
  await writeFile(file, token, { mode: 0o600 });
  await chmod(file, 0o600);
  return token;
}
