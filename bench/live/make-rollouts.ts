export type Query = <T>(sql: string, parameters?: unknown[]) => Promise<T[]>;

/**
 * Margins that are not decided meanwhile (one too narrow, the other just where the candidate is):
 * verdicts that change at the same time in all of them are no steady state.
 */
const POLICY = {
  name: 'long canary',
  steps: [{ canary: { weight: '10%', minRequests: 1_000_000_000, maxDuration: '30d' } }],
  gates: [
    { metric: 'error_rate', maxIncrease: 0.001 },
    { metric: 'latency_p95', maxIncreaseRatio: 1.02 },
  ],
};

/** Models `bench-1` …, each in a canary. */
export async function makeRollouts(query: Query, count: number): Promise<void> {
  const url = 'http://127.0.0.1:9';
  await query(
    `INSERT INTO model (id, name, salt, "primary", primary_history, next_version)
     SELECT gen_random_uuid(), 'bench-' || i, 'salt', 1, '{1}', 3 FROM generate_series(1, $1) AS i`,
    [count],
  );
  await query(
    `INSERT INTO version (model_id, version, serving_url, created_by)
     SELECT id, v, $1, 'bench' FROM model, generate_series(1, 2) AS v`,
    [url],
  );
  await query(
    `INSERT INTO deployment (model_id, version, state, url, updated_at)
     SELECT model_id, version, 'ready', serving_url, now() FROM version`,
  );
  await query(
    `INSERT INTO rollout (id, model_id, version, intent, "from", state, step_index, step_started_at, revision, policy, policy_hash, created_by)
     SELECT gen_random_uuid(), id, 2, 'release', 1, 'running', 0, now(), 1, $1, 'bench', 'bench' FROM model`,
    [JSON.stringify(POLICY)],
  );
  const target = (version: number, more = {}): string => JSON.stringify({ version, url, ...more });
  await query(
    `INSERT INTO route (model_id, revision, "primary", candidate, salt, rollout_id, step_index)
     SELECT model_id, 1, $1, $2, 'salt', id, 0 FROM rollout`,
    [target(1), target(2, { mode: 'canary', weight: 1_000 })],
  );
  await query('ANALYZE');
}
