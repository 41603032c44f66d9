import { setTimeout as sleep } from 'node:timers/promises';
import type { Operator } from '../site/operator.ts';
import type { Begun } from '../site/releases.ts';
import type { RehearsalDatabase } from '../places/database.ts';
import type { LiveLook, Told } from './story.ts';

const LOOK_MS = 1_000;

const LOOK = `SELECT r.id, m.name AS model, r.version, r.state, r.revision,
    coalesce((r.decision->>'at')::float8, 0) AS "decidedAt", coalesce(extract(epoch FROM a.due_at) * 1000, 0)::float8 AS "dueAt",
    coalesce(sum(e.requests), 0)::float8 AS evidence,
    coalesce(sum(e.requests) FILTER (WHERE e.arm = 'candidate' AND e.step_index = r.step_index), 0)::float8 AS requests,
    jsonb_array_length(r.verdicts) > 0 AND NOT jsonb_path_exists(r.verdicts, '$[*] ? (@.verdict != "pass")') AS "isProven"
  FROM rollout r JOIN model m ON m.id = r.model_id LEFT JOIN agenda a ON a.rollout_id = r.id
    LEFT JOIN evidence e ON e.rollout_id = r.id AND e.segment = ''
  WHERE r.ended_at IS NULL AND NOT r.queued GROUP BY r.id, m.name, a.due_at`;

/** Looks at what lives once a second. @returns what was seen until `isOver`; of the rollouts that are `known` */
export async function watchLive(
  database: RehearsalDatabase,
  known: ReadonlySet<string>,
  isOver: () => boolean,
): Promise<readonly LiveLook[]> {
  const looks: LiveLook[] = [];
  for (; !isOver(); await sleep(LOOK_MS)) {
    const at = Date.now();
    const rows = await database.ask<Omit<LiveLook, 'at'>>(LOOK);
    looks.push(...rows.filter(({ id }) => known.has(id)).map((row) => ({ ...row, at })));
  }
  return looks;
}

/** What the record says of rollouts, events included. */
export async function tellRollouts(operator: Operator, begun: readonly Begun[]): Promise<readonly Told[]> {
  const told: Told[] = [];
  for (const one of begun) {
    const { body } = await operator.until('GET', `/rollouts/${one.id}`);
    const { status, body: answer } = await operator.until('GET', `/rollouts/${one.id}/events`);
    if (status !== 200) throw new Error(`the events of ${one.id} were refused: ${JSON.stringify(answer)}`);
    const events: Told['events'][number][] = [];
    for (const { type, at, data } of answer['items']) events.push({ type, at: Date.parse(at), data });
    told.push({ ...one, state: body['state'], events: events.sort((a, b) => a.at - b.at) });
  }
  return told;
}
