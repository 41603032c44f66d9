import type { DataSource } from 'typeorm';
import type { IdempotencyStore } from '#libs/engine';
import { IdempotencyEntity } from './idempotency.entity.ts';

/** A claim older than this belongs to a process that died. */
const CLAIM_SECONDS = 60;

/** @param keptMs how long a key is known: then it is as good as new, whether or not its row is gone already */
export function idempotencyStore(dataSource: DataSource, keptMs: number): IdempotencyStore {
  const rows = dataSource.getRepository(IdempotencyEntity);
  return {
    async claim(tokenId, key, requestHash) {
      const claimed = await dataSource.query<{ key: string }[]>(
        `INSERT INTO idempotency (token_id, key, request_hash, claimed_at) VALUES ($1, $2, $3, clock_timestamp())
         ON CONFLICT (token_id, key) DO UPDATE SET request_hash = excluded.request_hash, claimed_at = excluded.claimed_at, status = NULL, body = NULL
         WHERE (idempotency.status IS NULL AND idempotency.claimed_at < clock_timestamp() - make_interval(secs => $4))
            OR idempotency.claimed_at < clock_timestamp() - make_interval(secs => $5)
         RETURNING key`,
        [tokenId, key, requestHash, CLAIM_SECONDS, keptMs / 1_000],
      );
      if (claimed.length > 0) return { kind: 'new' };
      const row = await rows.findOneBy({ tokenId, key });
      if (!row) return { kind: 'in_flight' };
      if (row.requestHash !== requestHash) return { kind: 'other_request' };
      if (row.status === null) return { kind: 'in_flight' };
      return { kind: 'answered', status: row.status, body: row.body };
    },
    async answer(tokenId, key, status, body) {
      await rows.update({ tokenId, key }, { status, body: body as object });
    },
    async release(tokenId, key) {
      await rows.delete({ tokenId, key });
    },
  };
}
