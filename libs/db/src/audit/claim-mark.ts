import type { FollowedClaim } from '#libs/postgres';

/**
 * While a request with an Idempotency-Key is under way, `body` of its row says which attempt has claimed the key, and, in the words of the
 * transactions themselves, how many of them were committed for it.
 */
export const CLAIM_IS_MINE = `token_id = $1 AND key = $2 AND status IS NULL AND body->>'attempt' = $3`;

export const claimValues = ({ tokenId, key, attempt }: FollowedClaim): readonly string[] => [
  tokenId,
  key,
  attempt,
];

/** Written by the `$4`th transaction for a claim: kept with it, or gone with it. No row: the claim is another attempt's by now. */
export const MARK_KEPT = `UPDATE idempotency SET body = jsonb_set(body, '{kept}', to_jsonb($4::int)) WHERE ${CLAIM_IS_MINE} RETURNING key`;

/**
 * How many were kept. Waits for the transaction that is under way for it, on whatever connection: forgotten by its client, PostgreSQL ends
 * it within seconds. `alone`: what is committed here is not lost with a failover to a standby that is waited for.
 */
export const ASK_KEPT = `SELECT COALESCE((body->>'kept')::int, 0) AS kept, current_setting('synchronous_standby_names') = '' AS alone
  FROM idempotency WHERE ${CLAIM_IS_MINE} FOR UPDATE`;
