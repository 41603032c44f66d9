import pg from 'pg';

/** How much an installation has gathered. */
export interface Size {
  readonly models: number;
  readonly versions: number;
  /** That have ended. */
  readonly rollouts: number;
  readonly events: number;
}

/** What the issue names; the rest are parts of it. */
export const FULL: Size = { models: 5_000, versions: 500_000, rollouts: 50_000, events: 20_000_000 };

export const partOf = (size: Size, share: number): Size => ({
  models: Math.max(2, Math.round(size.models * share)),
  versions: Math.max(20, Math.round(size.versions * share)),
  rollouts: Math.max(4, Math.round(size.rollouts * share)),
  events: Math.max(100, Math.round(size.events * share)),
});

/** SQL of an id that is a UUID as ours are (version 4), always the same of a text. @param text SQL */
export const uuidOf = (text: string): string =>
  `overlay(overlay(md5(${text}) PLACING '4' FROM 13) PLACING '8' FROM 17)::uuid`;

/** Rows of a statement, so that one does not take all memory. */
const EVENTS_AT_ONCE = 500_000;

/**
 * Years of use in the database, with every table that grows for good filled: models with versions, rollouts that ended with their
 * routes, terms, evidence (half of it compacted) and events. Hashes of events are none: no bench verifies them.
 */
export async function fillYears(
  url: string,
  size: Size,
  say: (line: string) => void,
  servingUrl = 'http://127.0.0.1:9',
): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const perModel = Math.ceil(size.versions / size.models);
  const rolloutsOf = Math.ceil(size.rollouts / size.models);
  const eventsOf = Math.ceil(size.events / size.models);
  const served = Math.min(perModel, rolloutsOf + 1);
  try {
    // What is filled in bulk need not be on the disk at once.
    await client.query('SET synchronous_commit = off');
    for (const statement of [
      // Each version that a rollout of it made primary is in its history, the last one last.
      `INSERT INTO model (id, name, salt, next_version, "primary", primary_history, event_sequence, event_hash, created_at, tags)
       SELECT md5('model ' || i)::uuid, 'model-' || i, 'salt', ${perModel} + 1, ${served}, ARRAY(SELECT generate_series(1, ${served})), ${eventsOf}, md5(''),
         now() - interval '2 years', jsonb_build_object('team', 't' || i % 20) FROM generate_series(0, ${size.models} - 1) i`,
      `INSERT INTO version (model_id, version, artifact_uri, artifact_digest, serving_url, tags, source, stage, created_by, created_at, updated_at, baseline)
       SELECT m.id, v, 's3://models/' || v, 'sha256:' || md5(m.name || v) || md5(v || m.name), '${servingUrl}', jsonb_build_object('batch', 'b' || v % 500, 'commit', md5(v::text)),
         '{"repository": "org/repo", "commit": "0123456789"}', CASE WHEN v % 50 = 1 THEN 'Production' WHEN v % 50 = 2 THEN 'Staging' WHEN v % 2 = 0 THEN 'Archived' ELSE 'None' END, 'ci', now() - interval '2 years' + v * interval '7 days' / ${perModel} * 100,
         now() - interval '2 years' + v * interval '7 days' / ${perModel} * 100 + ascii(m.name) * interval '1 s',
         '{"metrics": {"auc": 0.9}}'
       FROM model m, generate_series(1, ${perModel}) v`,
      `INSERT INTO alias (model_id, alias, version) SELECT id, 'champion', 1 FROM model`,
      `INSERT INTO version_metric (model_id, version, name, step, value) SELECT model_id, version, 'auc', 0, 0.9 FROM version`,
      `INSERT INTO rollout (id, model_id, version, intent, "from", state, step_index, step_started_at, revision, policy, policy_hash, verdicts, decision,
         reason, created_by, created_at, ended_at, samples_cleared, evidence_compacted)
       SELECT ${uuidOf(`m.name || ' rollout ' || r`)}, m.id, 1 + r % ${perModel}, 'release', 1, CASE WHEN r % 5 = 0 THEN 'rolled_back' ELSE 'succeeded' END, 2, now(), 9,
         '{"name": "canary", "steps": [{"canary": {"weight": "1%", "minRequests": 1000, "maxDuration": "1d"}}, {"canary": {"weight": "50%", "minRequests": 1000, "maxDuration": "1d"}}], "gates": [{"metric": "error_rate", "maxIncrease": 0.01}]}',
         md5('policy'), '[{"gate": "error_rate", "verdict": "pass"}]', '{"kind": "promote", "because": "it is proven", "at": "2026-01-01T00:00:00.000Z"}', '', 'ci',
         now() - r * interval '10 days' - interval '100 days', now() - r * interval '10 days' - interval '99 days', true, r > 3
       FROM model m, generate_series(1, ${rolloutsOf}) r`,
      `INSERT INTO primary_term (id, model_id, version, since, until, good, proven)
       SELECT gen_random_uuid(), model_id, version, created_at, CASE WHEN row_number() OVER (PARTITION BY model_id ORDER BY created_at DESC) > 1 THEN ended_at END, true, true FROM rollout`,
      `INSERT INTO route (model_id, revision, "primary", candidate, salt, rollout_id, step_index, created_at)
       SELECT r.model_id, row_number() OVER (PARTITION BY r.model_id ORDER BY r.created_at, n), '{"version": 1, "url": "http://127.0.0.1:9", "healthPath": "/v2/health/ready"}',
         NULL, 'salt', r.id, least(n - 1, 2), r.created_at + n * interval '1 hour' FROM rollout r, generate_series(1, 5) n`,
      `INSERT INTO evidence (rollout_id, route_revision, arm, segment, step_index, requests, errors, latency)
       SELECT r.id, s, arm, '', s, 1000, 3, (SELECT jsonb_build_object('count', 1000, 'buckets', jsonb_object_agg(b::text, 25)) FROM generate_series(80, 120) b)
       FROM rollout r, generate_series(0, 2) s, unnest('{primary,candidate}'::text[]) arm`,
      `INSERT INTO deployment (model_id, version, state, updated_at) SELECT model_id, version, 'retired', now() FROM version WHERE version % 3 = 0`,
    ])
      await client.query(statement);
    say(`    ${size.events} events …`);
    // Of each model in turn, as they come: in time, the models are mixed.
    for (let from = 0; from < eventsOf; from += Math.ceil(EVENTS_AT_ONCE / size.models)) {
      const to = Math.min(eventsOf, from + Math.ceil(EVENTS_AT_ONCE / size.models));
      await client.query(
        `INSERT INTO event (model_id, sequence, rollout_id, type, actor, data, at, hash)
         SELECT m.id, s, ${uuidOf(`m.name || ' rollout ' || 1 + s % ${rolloutsOf}`)},
           CASE s % 10 WHEN 0 THEN 'version.registered' WHEN 1 THEN 'rollout.started' WHEN 2 THEN 'rollout.advanced' ELSE 'rollout.judged' END, 'engine',
           jsonb_build_object('version', 1 + s % ${perModel}, 'decision', 'hold', 'because', 'the least duration is not over', 'gate', 'error_rate'),
           now() - interval '730 days' + (s::float8 / ${eventsOf} * 730) * interval '1 day', md5(s::text)
         FROM generate_series(${from} + 1, ${to}) s, model m`,
      );
    }
    await client.query('VACUUM ANALYZE');
  } finally {
    await client.end();
  }
}
