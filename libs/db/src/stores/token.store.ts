import type { DataSource } from 'typeorm';
import type { Scope, TokenRecord, TokenStore } from '#libs/engine';
import { TokenEntity } from '../entities/index.ts';
import { coalesced } from '../coalesced.ts';
import { ask } from '../statement.ts';
import { toDateOrNull, toInstantOrNull } from './convert.ts';

interface Found {
  readonly id: string;
  readonly name: string;
  readonly scopes: Scope[];
  readonly expiresAt: Date | null;
  readonly unnoted: boolean;
}
const FIND = `SELECT id, name, scopes, expires_at AS "expiresAt",
    last_used_at IS NULL OR last_used_at < clock_timestamp() - interval '1 minute' AS unnoted
  FROM token WHERE hash = $1 AND (expires_at IS NULL OR expires_at > clock_timestamp())`;
/** At most once a minute for each token: the time of use is for people, not for audits. */
const NOTE_USE = 'UPDATE token SET last_used_at = clock_timestamp() WHERE id = $1';

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
    use: coalesced(async (hash): Promise<TokenRecord | null> => {
      const [row] = await ask<Found>(dataSource.manager, 'token-find', FIND, [hash]);
      if (!row) return null;
      if (row.unnoted) await ask(dataSource.manager, 'token-used', NOTE_USE, [row.id]);
      const { id, name, scopes } = row;
      return { id, name, hash, scopes, expiresAt: toInstantOrNull(row.expiresAt) };
    }),
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
