import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type { IdempotencyStore, KeyClaim } from '#libs/engine';
import { databaseFailure } from '#libs/postgres';
import { IdempotencyEntity } from './idempotency.entity.ts';

/** A claim older than this belongs to a process that died. */
const CLAIM_SECONDS = 60;
/** Whoever lost one connection may have lost all: the pool is to hear of it before it is asked again. */
const AGAIN_MS = 50;

/** While a request is under way, its row's `body` says which attempt has claimed the key. */
const mark = ({ attempt }: KeyClaim): string => JSON.stringify({ attempt });
const IS_MINE = `token_id = $1 AND key = $2 AND status IS NULL AND body = $3`;

/** @param keptMs how long a key is known: then it is as good as new, whether or not its row is gone already */
export function idempotencyStore(dataSource: DataSource, keptMs: number): IdempotencyStore {
  const rows = dataSource.getRepository(IdempotencyEntity);
  const insert = (claim: KeyClaim, requestHash: string): Promise<{ key: string }[]> =>
    dataSource.query(
      `INSERT INTO idempotency (token_id, key, body, request_hash, claimed_at) VALUES ($1, $2, $3, $4, clock_timestamp())
       ON CONFLICT (token_id, key) DO UPDATE SET request_hash = excluded.request_hash, claimed_at = excluded.claimed_at, status = NULL, body = excluded.body
       WHERE (idempotency.status IS NULL AND (idempotency.body = excluded.body OR idempotency.claimed_at < clock_timestamp() - make_interval(secs => $5)))
          OR idempotency.claimed_at < clock_timestamp() - make_interval(secs => $6)
       RETURNING key`,
      [claim.tokenId, claim.key, mark(claim), requestHash, CLAIM_SECONDS, keptMs / 1_000],
    );
  return {
    async claim(claim, requestHash) {
      const { tokenId, key } = claim;
      // It may have been written, and its answer lost: the second attempt finds it, and it is the same claim.
      const claimed = await insert(claim, requestHash).catch(async (error: unknown) => {
        if (databaseFailure(error) === null) throw error;
        await sleep(AGAIN_MS);
        return insert(claim, requestHash);
      });
      if (claimed.length > 0) return { kind: 'new' };
      const row = await rows.findOneBy({ tokenId, key });
      if (!row) return { kind: 'in_flight' };
      if (row.requestHash !== requestHash) return { kind: 'other_request' };
      if (row.status === null) return { kind: 'in_flight' };
      return { kind: 'answered', status: row.status, body: row.body };
    },
    async answer(claim, status, body) {
      await dataSource.query(`UPDATE idempotency SET status = $4, body = $5 WHERE ${IS_MINE}`, [
        ...[claim.tokenId, claim.key, mark(claim), status],
        body === undefined ? null : JSON.stringify(body),
      ]);
    },
    async release(claim) {
      await dataSource.query(`DELETE FROM idempotency WHERE ${IS_MINE}`, [
        ...[claim.tokenId, claim.key, mark(claim)],
      ]);
    },
  };
}
