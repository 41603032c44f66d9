import pg from 'pg';
import { uuidOf } from './years-of-use.ts';

/** Rows of each table that callers, CI, subscribers and gateways fill, besides those of `fillYears`. */
export async function fillTheRest(url: string, rows: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const some = `generate_series(1, ${rows}) n`;
  const rollout = `SELECT id, row_number() OVER (ORDER BY id) AS place FROM rollout`;
  try {
    for (const statement of [
      `INSERT INTO subscription (id, name, url, secrets, events, events_like, format, state, created_by)
       VALUES (${uuidOf(`'subscription'`)}, 'old', 'sealed', '[]', '{*}', '{%}', 'standard', 'disabled', 'test')`,
      `INSERT INTO outgoing (id, subscription_id, model_id, sequence, state, created_at, next_at)
       SELECT gen_random_uuid(), ${uuidOf(`'subscription'`)}, model_id, sequence, CASE WHEN sequence % 2 = 0 THEN 'dead' ELSE 'delivered' END, now() - sequence * interval '1 minute', at
       FROM event ORDER BY at DESC LIMIT ${rows}`,
      `INSERT INTO webhook_delivery (source, identity, answer, received_at) SELECT 'ci', md5(n::text) || md5('d' || n), '{}', now() - n * interval '1 minute' FROM ${some}`,
      `INSERT INTO idempotency (token_id, key, request_hash, status, body, claimed_at) SELECT md5('token')::uuid, 'key ' || n, '', 200, '{}', now() - n * interval '3 seconds' FROM ${some}`,
      `INSERT INTO ci_token_use (issuer, jti, expires_at) SELECT 'https://ci.example', n::text, now() + n * interval '1 second' FROM ${some}`,
      `INSERT INTO served_request (model, request_id, rollout_id, revision, arm, at) SELECT 'model-0', 'request ' || n, md5('r')::uuid, 1, 'primary', now() - n * interval '0.1 seconds' FROM ${some}`,
      `INSERT INTO served_window (model, starts_at, bytes) SELECT 'model-' || n % 20, now() - n / 20 * interval '10 minutes', 1000 FROM ${some}`,
      `INSERT INTO feedback_seen (rollout_id, identity, at) SELECT md5('r')::uuid, n::text, now() - n * interval '1 second' FROM ${some}`,
      `INSERT INTO feedback_subject (rollout_id, subject, events, at) SELECT md5('r')::uuid, n::text, 1, now() - n * interval '1 second' FROM ${some}`,
      `INSERT INTO judge_answer (hash, prefers, at) SELECT n::text, 'tie', now() - n * interval '1 minute' FROM ${some}`,
      `INSERT INTO artifact_upload (digest, caller, at) SELECT md5(n::text), 'ci', now() - n * interval '1 minute' FROM ${some}`,
      `INSERT INTO session (id, hash, subject, name, roles, expires_at) SELECT gen_random_uuid(), md5(n::text), 'user', 'user', '{}', now() + n * interval '1 minute' FROM ${some}`,
      `INSERT INTO token (id, name, hash, scopes, expires_at) SELECT gen_random_uuid(), 'job ' || n, 'hash ' || n, '{read}', now() + n * interval '1 minute' FROM ${some}`,
      `INSERT INTO gateway (id, boot, last_sequence, seen_at) SELECT 'gone ' || n, 'boot', 1, now() - interval '2 hours' - n * interval '1 minute' FROM generate_series(1, 100) n`,
      `INSERT INTO gateway_boot (gateway_id, boot, last_sequence, seen_at) SELECT 'gone ' || n % 100, n::text, 1, now() - n * interval '1 minute' FROM ${some}`,
      `INSERT INTO release_group (id, reason, created_by, created_at) SELECT ${uuidOf(`'group ' || n`)}, '', 'ci', now() - n * interval '1 hour' FROM ${some}`,
      `UPDATE rollout r SET group_id = ${uuidOf(`'group ' || place / 2`)} FROM (${rollout}) p WHERE p.id = r.id AND place <= ${rows}`,
      `INSERT INTO source_reading (rollout_id, step_index, gate, next_at) SELECT id, 0, 'prometheus', now() FROM (${rollout}) r WHERE place <= ${rows}`,
      `INSERT INTO sample (rollout_id, request_id, badness, sample) SELECT id, n::text, 1, '{}' FROM (${rollout}) r, generate_series(1, 20) n WHERE place <= ${rows / 20}`,
      `INSERT INTO text_pair (rollout_id, request_id, revision, request, primary_text, candidate_text, identical, outcome)
       SELECT id, n::text, 1, '', '', '', false, 'tie' FROM (${rollout}) r, generate_series(1, 20) n WHERE place <= ${rows / 20}`,
      `INSERT INTO version_upstream (model_id, version, upstream_model_id, upstream_version)
       SELECT model_id, version, md5('model 1')::uuid, 1 + version % 500 FROM version WHERE model_id <> md5('model 1')::uuid LIMIT ${rows}`,
      `INSERT INTO event (model_id, sequence, type, actor, data, at, hash)
       SELECT '00000000-0000-0000-0000-000000000000', n, CASE WHEN n % 2 = 0 THEN 'user.logged_in' ELSE 'token.issued' END, 'user:somebody-' || n,
         jsonb_build_object('name', 'job ' || n, 'subject', 'somebody-' || n, 'handles', jsonb_build_array('somebody-' || n)), now() - (${rows} - n) * interval '1 minute', ''
       FROM ${some}`,
      'VACUUM ANALYZE',
    ])
      await client.query(statement);
  } finally {
    await client.end();
  }
}
