import type { DataSource } from 'typeorm';
import type { Scope, TokenRecord, TokenStore } from '#libs/engine';
import { TokenEntity } from '../entities/index.ts';
import { toDateOrNull, toInstantOrNull } from './convert.ts';

export function tokenStore(dataSource: DataSource): TokenStore {
  const tokens = dataSource.getRepository(TokenEntity);
  return {
    async insert(token) {
      await tokens.insert({
        ...token,
        scopes: [...token.scopes],
        expiresAt: toDateOrNull(token.expiresAt),
        lastUsedAt: null,
      });
    },
    async use(hash): Promise<TokenRecord | null> {
      // Written at most once a minute per token: the time of use is for people, not for audits.
      const rows = await dataSource.query<
        { id: string; name: string; scopes: Scope[]; expires_at: Date | null }[]
      >(
        `WITH found AS (SELECT id FROM token WHERE hash = $1 AND (expires_at IS NULL OR expires_at > clock_timestamp())),
              used AS (UPDATE token t SET last_used_at = clock_timestamp() FROM found
                       WHERE t.id = found.id AND (t.last_used_at IS NULL OR t.last_used_at < clock_timestamp() - interval '1 minute'))
         SELECT t.id, t.name, t.scopes, t.expires_at FROM token t JOIN found USING (id)`,
        [hash],
      );
      const row = rows[0];
      return row
        ? { id: row.id, name: row.name, hash, scopes: row.scopes, expiresAt: toInstantOrNull(row.expires_at) }
        : null;
    },
    async list() {
      const rows = await tokens.find({ order: { createdAt: 'ASC' } });
      return rows.map(({ id, name, scopes, expiresAt, lastUsedAt }) => ({
        id,
        name,
        scopes,
        expiresAt: toInstantOrNull(expiresAt),
        lastUsedAt: toInstantOrNull(lastUsedAt),
      }));
    },
    remove: async (id) => (await tokens.delete({ id })).affected === 1,
    any: () => tokens.exists(),
    removeByName: async (name) => {
      await tokens.delete({ name });
    },
  };
}
