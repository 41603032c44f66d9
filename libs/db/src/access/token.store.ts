import { DataSource, type EntityManager } from 'typeorm';
import type { Scope, TokenRecord, TokenStore } from '#libs/engine';
import { TokenEntity } from './token.entity.ts';
import { coalesced } from '../work/coalesced.ts';
import { query } from '../work/statement.ts';
import { toDateOrNull, toInstantOrNull } from '../work/convert.ts';

interface Found {
  readonly id: string;
  readonly name: string;
  readonly scopes: Scope[];
  readonly models: string[] | null;
  readonly owner: string | null;
  readonly expiresAt: Date | null;
  readonly unnoted: boolean;
}
const FIND = `SELECT id, name, scopes, models, owner, expires_at AS "expiresAt",
    last_used_at IS NULL OR last_used_at < clock_timestamp() - interval '1 minute' AS unnoted
  FROM token WHERE hash = $1 AND (expires_at IS NULL OR expires_at > clock_timestamp())`;
const ALIVE =
  'SELECT id FROM token WHERE id = ANY($1::uuid[]) AND (expires_at IS NULL OR expires_at > clock_timestamp())';
/** At most once a minute for each token: the time of use is for people, not for audits. */
const NOTE_USE = 'UPDATE token SET last_used_at = clock_timestamp() WHERE id = $1';

/** @param place within a transaction, or outside of any */
export function tokenStore(place: DataSource | EntityManager): TokenStore {
  const manager = place instanceof DataSource ? place.manager : place;
  const tokens = manager.getRepository(TokenEntity);
  return {
    async insert(token) {
      await tokens.insert({
        ...token,
        scopes: [...token.scopes],
        models: token.models && [...token.models],
        expiresAt: toDateOrNull(token.expiresAt),
        lastUsedAt: null,
      });
    },
    use: coalesced(async (hash): Promise<TokenRecord | null> => {
      const [row] = await query<Found>(manager, 'token-find', FIND, [hash]);
      if (!row) return null;
      if (row.unnoted) await query(manager, 'token-used', NOTE_USE, [row.id]);
      const { id, name, scopes, models, owner } = row;
      return { id, name, hash, scopes, models, owner, expiresAt: toInstantOrNull(row.expiresAt) };
    }),
    async list() {
      const rows = await tokens.find({ order: { sequence: 'ASC' } });
      return rows.map(({ id, name, scopes, models, owner, expiresAt, lastUsedAt }) => ({
        ...{ id, name, scopes, models, owner },
        expiresAt: toInstantOrNull(expiresAt),
        lastUsedAt: toInstantOrNull(lastUsedAt),
      }));
    },
    async find(id) {
      const row = await tokens.findOneBy({ id });
      return row && { ...row, expiresAt: toInstantOrNull(row.expiresAt) };
    },
    async alive(ids) {
      return (await query<{ id: string }>(manager, 'tokens-alive', ALIVE, [ids])).map(({ id }) => id);
    },
    async endBy(id, at) {
      await manager.query(
        `UPDATE token SET expires_at = least(coalesce(expires_at, 'infinity'), to_timestamp($2::float8 / 1000)) WHERE id = $1`,
        [id, at],
      );
    },
    remove: async (id) => (await tokens.delete({ id })).affected === 1,
    any: () => tokens.exists(),
    removeByName: async (name) => {
      await tokens.delete({ name });
    },
  };
}
