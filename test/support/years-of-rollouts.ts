import { randomUUID } from 'node:crypto';
import fc from 'fast-check';

type Query = <T>(sql: string, parameters?: unknown[]) => Promise<T[]>;
const DAY = 86_400_000;

/** A rollout of a history: days after its beginning; `endsAfter` null: it is live to the last day. */
export interface PastRollout {
  readonly startsOn: number;
  readonly endsAfter: number | null;
  readonly samples: number;
  readonly textPairs: number;
  /** Republished routes of its one step. */
  readonly revisions: number;
}

export const pastRollout = (days: number): fc.Arbitrary<PastRollout> =>
  fc.record({
    startsOn: fc.integer({ min: 0, max: days }),
    endsAfter: fc.option(fc.integer({ min: 0, max: 200 }), { freq: 5 }),
    samples: fc.integer({ min: 0, max: 4 }),
    textPairs: fc.integer({ min: 0, max: 4 }),
    revisions: fc.integer({ min: 1, max: 4 }),
  });

export interface PutRollout extends PastRollout {
  readonly id: string;
  readonly modelId: string;
  readonly endedAt: number | null;
}

/** Puts a rollout of a model of its own with what it has gathered, and its end. @param from the first day, ms */
export async function putRollout(query: Query, from: number, past: PastRollout): Promise<PutRollout> {
  const [id, modelId] = [randomUUID(), randomUUID()];
  const startedAt = from + past.startsOn * DAY;
  const endedAt = past.endsAfter === null ? null : startedAt + past.endsAfter * DAY;
  await query(
    `INSERT INTO model (id, name, salt, "primary", primary_history, created_at) VALUES ($1, $2, '', 1, '{1}', $3)`,
    [modelId, `model ${id}`, new Date(startedAt)],
  );
  await query(
    `INSERT INTO version (model_id, version, created_by, created_at) VALUES ($1, 1, '', $2), ($1, 2, '', $2)`,
    [modelId, new Date(startedAt)],
  );
  await query(
    `INSERT INTO primary_term (id, model_id, version, since, proven) VALUES (gen_random_uuid(), $1, 1, $2, true)`,
    [modelId, new Date(startedAt)],
  );
  await query(
    `INSERT INTO rollout (id, model_id, version, intent, state, step_index, revision, policy, policy_hash, created_by, created_at, ended_at)
     VALUES ($1, $2, 2, 'release', $3, 1, 1, '{}', '', 'test', $4, $5)`,
    [
      ...[id, modelId, endedAt === null ? 'progressing' : 'succeeded', new Date(startedAt)],
      endedAt === null ? null : new Date(endedAt),
    ],
  );
  await query(
    `INSERT INTO sample (rollout_id, request_id, badness, sample) SELECT $1, 'r' || n, 1, '{}' FROM generate_series(1, $2::int) n`,
    [id, past.samples],
  );
  await query(
    `INSERT INTO text_pair (rollout_id, request_id, revision, request, primary_text, candidate_text, identical)
     SELECT $1, 'r' || n, 1, '', '', '', false FROM generate_series(1, $2::int) n`,
    [id, past.textPairs],
  );
  await query(
    `INSERT INTO route (model_id, revision, "primary", salt, rollout_id, step_index, created_at)
     SELECT $1, n, '{}', '', $2, 0, $4::timestamptz FROM generate_series(1, $3::int) n`,
    [modelId, id, past.revisions, new Date(startedAt)],
  );
  await query(
    `INSERT INTO evidence (rollout_id, route_revision, arm, segment, step_index, requests, errors)
     SELECT $1, n, arm, '', 0, n * 10, n FROM generate_series(1, $2::int) n, unnest('{primary,candidate}'::text[]) arm`,
    [id, past.revisions],
  );
  return { ...past, id, modelId, endedAt };
}
