import { randomUUID } from 'node:crypto';
import type { Forgettable } from '#libs/engine';

/** Puts one row of a kind: $1 is its name, $2 its time; and says by which column it is found again. */
interface Put {
  readonly table: string;
  readonly by: string;
  readonly insert: string;
}

const ACTIVE = randomUUID();
const DISABLED = randomUUID();

const outgoing = (state: string, subscription = ACTIVE): Put => ({
  ...{ table: 'outgoing', by: 'last_error' },
  insert: `(id, subscription_id, model_id, sequence, state, last_error, created_at)
    VALUES (gen_random_uuid(), '${subscription}', gen_random_uuid(), 1, '${state}', $1, $2)`,
});
const put = (table: string, by: string, insert: string): Put => ({ table, by, insert });

export const PUT: Record<Forgettable, Put> = {
  idempotency: put(
    'idempotency',
    'key',
    `(token_id, key, request_hash, claimed_at) VALUES (gen_random_uuid(), $1, '', $2)`,
  ),
  delivery: put(
    'webhook_delivery',
    'identity',
    `(source, identity, answer, received_at) VALUES ('ci', $1, '{}', $2)`,
  ),
  outgoing_delivered: outgoing('delivered'),
  outgoing_dead: outgoing('dead'),
  outgoing_stopped: outgoing('waiting', DISABLED),
  session: put(
    'session',
    'hash',
    `(id, hash, subject, name, roles, expires_at) VALUES (gen_random_uuid(), $1, '', '', '{}', $2)`,
  ),
  ci_token_use: put('ci_token_use', 'jti', `(issuer, jti, expires_at) VALUES ('ci', $1, $2)`),
  expired_token: put(
    'token',
    'name',
    `(id, name, hash, scopes, expires_at) VALUES (gen_random_uuid(), $1, $1, '{read}', $2)`,
  ),
  retired_deployment: put(
    'deployment',
    'message',
    `(model_id, version, state, message, updated_at) VALUES (gen_random_uuid(), 1, 'retired', $1, $2)`,
  ),
  worker_ability: put('worker_ability', 'name', '(name, seen_at) VALUES ($1, $2)'),
  silent_gateway: put('gateway', 'id', `(id, boot, last_sequence, seen_at) VALUES ($1, '', 0, $2)`),
  gateway_boot: put(
    'gateway_boot',
    'gateway_id',
    `(gateway_id, boot, last_sequence, seen_at) VALUES ($1, 'b', 0, $2)`,
  ),
  served_request: put(
    'served_request',
    'request_id',
    `(model, request_id, rollout_id, revision, arm, at) VALUES ('m', $1, gen_random_uuid(), 1, 'primary', $2)`,
  ),
  served_window: put('served_window', 'model', '(model, starts_at, bytes) VALUES ($1, $2, 1)'),
  feedback_seen: put(
    'feedback_seen',
    'identity',
    '(rollout_id, identity, at) VALUES (gen_random_uuid(), $1, $2)',
  ),
  feedback_subject: put(
    'feedback_subject',
    'subject',
    '(rollout_id, subject, events, at) VALUES (gen_random_uuid(), $1, 1, $2)',
  ),
  embedding_vector: put('embedding_vector', 'hash', `(hash, vector, at) VALUES ($1, '', $2)`),
  judge_answer: put('judge_answer', 'hash', `(hash, prefers, at) VALUES ($1, 'tie', $2)`),
  artifact_upload: put('artifact_upload', 'digest', `(digest, caller, at) VALUES ($1, 'c', $2)`),
};

type Query = <T>(sql: string, parameters?: unknown[]) => Promise<T[]>;

/** The subscriptions whose events are put. */
export async function putSubscriptions(query: Query): Promise<void> {
  for (const [id, state] of [
    [ACTIVE, 'active'],
    [DISABLED, 'disabled'],
  ])
    await query(
      `INSERT INTO subscription (id, name, url, secrets, events, events_like, format, state, created_by)
       VALUES ($1, 's', '', '[]', '{}', '{}', 'json', $2, 'test') ON CONFLICT DO NOTHING`,
      [id, state],
    );
}

/** Puts a row as old as said. @returns how it is found again */
export async function putOld(
  query: Query,
  what: Forgettable,
  at: number,
  name: string = randomUUID(),
): Promise<string> {
  await query(`INSERT INTO ${PUT[what].table} ${PUT[what].insert}`, [name, new Date(at)]);
  return name;
}
