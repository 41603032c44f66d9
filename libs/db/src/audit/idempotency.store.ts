import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type { Claim, IdempotencyStore, KeyClaim } from '#libs/engine';
import { databaseFailure } from '#libs/postgres';
import { CLAIM_IS_MINE, claimValues } from './claim-mark.ts';

/** Whoever has a claim renews it every few seconds: one older than this belongs to a process that died. */
const CLAIM_SECONDS = 15;
/** The same of processes before this one's version, which do not renew. */
const OLD_CLAIM_SECONDS = 60;
/** What was carried out is not done again; its answer may be waiting for the database in whoever has it. */
const ANSWER_SECONDS = 30;
/** Whoever lost one connection may have lost all: the pool is to hear of it before it is asked again. */
const AGAIN_MS = 50;

/** While a request is under way, its row's `body` says which attempt has claimed the key. */
const mark = ({ attempt }: KeyClaim): string => JSON.stringify({ attempt, renewed: true });

/** Also of a claim of a time still to come: it would be under way for as long as a clock that was set back had been ahead. */
const AGE = 'abs(extract(epoch FROM clock_timestamp() - claimed_at))';
const isStale = `status IS NULL AND NOT body ? 'kept' AND ${AGE} > CASE WHEN body ? 'renewed' THEN ${CLAIM_SECONDS} ELSE ${OLD_CLAIM_SECONDS} END`;

interface Found {
  readonly hash: string;
  readonly status: number | null;
  readonly body: unknown;
  readonly attempt: string | null;
  readonly lost: boolean;
}

/** @param keptMs how long a key is known: then it is as good as new, whether or not its row is gone already */
export function idempotencyStore(dataSource: DataSource, keptMs: number): IdempotencyStore {
  /** Waits for nobody: a row that a transaction of its request has locked is one that is under way. */
  const take = async (claim: KeyClaim, requestHash: string): Promise<boolean> => {
    const { tokenId, key } = claim;
    const made = await dataSource.query<{ key: string }[]>(
      // Looked for first: a row that a transaction has marked would be waited for.
      `INSERT INTO idempotency (token_id, key, body, request_hash, claimed_at)
       SELECT $1::uuid, $2::text, $3::jsonb, $4::text, clock_timestamp() WHERE NOT EXISTS (SELECT 1 FROM idempotency WHERE token_id = $1 AND key = $2)
       ON CONFLICT (token_id, key) DO NOTHING RETURNING key`,
      [tokenId, key, mark(claim), requestHash],
    );
    if (made.length > 0) return true;
    const [taken] = await dataSource.query<[{ key: string }[], number]>(
      `UPDATE idempotency SET request_hash = $4, claimed_at = clock_timestamp(), status = NULL, body = $3
       WHERE (token_id, key) IN (
         SELECT token_id, key FROM idempotency WHERE token_id = $1 AND key = $2 AND ((${isStale}) OR ${AGE} > $5)
         FOR UPDATE SKIP LOCKED)
       RETURNING key`,
      [tokenId, key, mark(claim), requestHash, keptMs / 1_000],
    );
    return taken.length > 0;
  };
  const find = async ({ tokenId, key }: KeyClaim): Promise<Found | undefined> => {
    const [row] = await dataSource.query<Found[]>(
      `SELECT request_hash AS hash, status, body, CASE WHEN status IS NULL THEN body->>'attempt' END AS attempt,
         status IS NULL AND body ? 'kept' AND ${AGE} > ${ANSWER_SECONDS} AS lost
       FROM idempotency WHERE token_id = $1 AND key = $2`,
      [tokenId, key],
    );
    return row;
  };
  const claimed = async (claim: KeyClaim, requestHash: string): Promise<Claim> => {
    if (await take(claim, requestHash)) return { kind: 'new' };
    const row = await find(claim);
    if (!row) return { kind: 'in_flight' };
    if (row.attempt === claim.attempt) return { kind: 'new' };
    if (row.hash !== requestHash) return { kind: 'other_request' };
    if (row.lost) return { kind: 'answer_lost' };
    return row.status === null
      ? { kind: 'in_flight' }
      : { kind: 'answered', status: row.status, body: row.body };
  };
  return {
    claim: (claim, requestHash) =>
      // It may have been written, and its answer lost: the second attempt finds it, and it is the same claim.
      claimed(claim, requestHash).catch(async (error: unknown) => {
        if (databaseFailure(error) === null) throw error;
        await sleep(AGAIN_MS);
        return claimed(claim, requestHash);
      }),
    async renew(claims) {
      await dataSource.query(
        `UPDATE idempotency SET claimed_at = clock_timestamp() WHERE (token_id, key) IN (
           SELECT i.token_id, i.key FROM idempotency i
           JOIN unnest($1::uuid[], $2::text[], $3::text[]) AS mine(token_id, key, attempt) ON mine.token_id = i.token_id AND mine.key = i.key
           WHERE i.status IS NULL AND i.body->>'attempt' = mine.attempt
           ORDER BY i.token_id, i.key FOR UPDATE OF i SKIP LOCKED)`,
        [
          claims.map(({ tokenId }) => tokenId),
          claims.map(({ key }) => key),
          claims.map(({ attempt }) => attempt),
        ],
      );
    },
    async answer(claim, status, body) {
      await dataSource.query(`UPDATE idempotency SET status = $4, body = $5 WHERE ${CLAIM_IS_MINE}`, [
        ...[...claimValues(claim), status],
        body === undefined ? null : JSON.stringify(body),
      ]);
    },
    async release(claim, { unlessKept } = { unlessKept: false }) {
      const kept = unlessKept ? ` AND NOT body ? 'kept'` : '';
      await dataSource.query(`DELETE FROM idempotency WHERE ${CLAIM_IS_MINE}${kept}`, [
        ...claimValues(claim),
      ]);
    },
  };
}
