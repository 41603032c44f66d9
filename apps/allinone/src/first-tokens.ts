import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { hashToken, issueToken, type TokenStore } from '#libs/engine';

/**
 * Sees to it that there is an admin token: the operator's (UNDERSTUDY_ADMIN_TOKEN), or one made now.
 * @returns the token when it was made now, to be shown this once; else `null`
 */
export async function ensureAdminToken(tokens: TokenStore, given: string | null): Promise<string | null> {
  if (given !== null) {
    if (!(await tokens.use(hashToken(given))))
      await issueToken(tokens, { name: 'UNDERSTUDY_ADMIN_TOKEN', scopes: ['admin'], token: given });
    return null;
  }
  const admins = (await tokens.list()).filter(
    (token) => token.scopes.includes('admin') && token.expiresAt === null,
  );
  if (admins.length > 0) return null;
  return (await issueToken(tokens, { name: 'admin', scopes: ['admin'] })).token;
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
