import type { DataSource } from 'typeorm';
import { FORGETTABLE, type Forgettable, type RetentionStore } from '#libs/engine';
import { clearAway } from '../work/clear-away.ts';
import { compactEvidence } from '../evidence/compact-evidence.ts';

/** What of its table may go; $1 is the time before which. */
const OLD: Record<Forgettable, string> = {
  idempotency: 'claimed_at < $1',
  /**
   * A delivery that is known by its body alone (its SHA-256) carries no time: what was captured of it could be
   * sent again for as long as its secret is the source's, so that it is kept until then.
   */
  delivery: `received_at < $1 AND (identity !~ '^[0-9a-f]{64}$' OR NOT EXISTS (
     SELECT 1 FROM webhook_source s WHERE s.name = webhook_delivery.source AND s.created_at <= received_at))`,
  outgoing_delivered: `state <> 'waiting' AND state = 'delivered' AND created_at < $1`,
  outgoing_dead: `state <> 'waiting' AND state = 'dead' AND created_at < $1`,
  outgoing_stopped: `state = 'waiting' AND created_at < $1 AND EXISTS (
     SELECT 1 FROM subscription s WHERE s.id = outgoing.subscription_id AND s.state <> 'active')`,
  session: 'expires_at < $1',
  ci_token_use: 'expires_at < $1',
  expired_token: 'expires_at < $1',
  retired_deployment: `state = 'retired' AND updated_at < $1`,
  worker_ability: 'seen_at < $1',
  /** One that only brings what others have counted is never seen (`NEVER_SEEN`), and is there for as long as its process reports. */
  silent_gateway: `seen_at < $1 AND NOT EXISTS (
     SELECT 1 FROM gateway_boot b WHERE b.gateway_id = gateway.id AND b.seen_at >= $1)`,
  gateway_boot: 'seen_at < $1',
  served_request: 'at < $1',
  served_window: 'starts_at < $1',
  feedback_seen: 'at < $1',
  feedback_subject: 'at < $1',
  judge_answer: 'at < $1',
  embedding_vector: 'at < $1',
  artifact_upload: 'at < $1',
};

/** What a rollout keeps of its callers' requests and answers, and what it paid for comparing them. */
const OF_CALLERS = ['sample', 'text_pair', 'embedding_pair', 'embedding_spending'] as const;
/** Rollouts that are cleared together. */
const TOGETHER = 50;

export function retentionStore(dataSource: DataSource): RetentionStore {
  return {
    async now() {
      const [row] = await dataSource.query<{ ms: string }[]>(
        'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000) AS ms',
      );
      return Number(row?.ms);
    },

    async forget(what, before, most) {
      const condition = OLD[what].replaceAll('$1', 'to_timestamp($1::float8 / 1000)');
      return clearAway(dataSource, FORGETTABLE[what].table, condition, [before], most);
    },

    async forgetGoneGateways(most) {
      let count = 0;
      for (const its of ['gateway_route', 'gateway_primary']) {
        const orphaned = `NOT EXISTS (SELECT 1 FROM gateway g WHERE g.id = ${its}.gateway_id)`;
        count = Math.max(count, await clearAway(dataSource, its, orphaned, [], most));
      }
      return count;
    },

    async clearSamples(before, mostRollouts, batch) {
      let [rollouts, rows] = [0, 0];
      while (rollouts < mostRollouts) {
        const most = Math.min(TOGETHER, mostRollouts - rollouts);
        const ended = await endedBefore(dataSource, 'samples_cleared', before, most);
        if (ended.length === 0) break;
        rows += await clearOf(dataSource, ended, batch);
        const cleared = await markCleared(dataSource, ended);
        rollouts += cleared;
        // The rest is locked, or there is none.
        if (cleared < most) break;
      }
      return { rollouts, rows };
    },

    async compactEvidence(before, mostRollouts) {
      let [rollouts, rows] = [0, 0];
      for (const id of await endedBefore(dataSource, 'evidence_compacted', before, mostRollouts)) {
        const fewer = await compactEvidence(dataSource, id);
        rows += fewer ?? 0;
        rollouts += fewer === null ? 0 : 1;
      }
      return { rollouts, rows };
    },
  };
}

/** Those that ended first, of which a mark is not set. */
async function endedBefore(
  dataSource: DataSource,
  mark: 'samples_cleared' | 'evidence_compacted',
  before: number,
  most: number,
): Promise<string[]> {
  const rows = await dataSource.query<{ id: string }[]>(
    `SELECT id FROM rollout WHERE ended_at IS NOT NULL AND NOT ${mark} AND ended_at < to_timestamp($1::float8 / 1000)
     ORDER BY ended_at LIMIT $2`,
    [before, most],
  );
  return rows.map(({ id }) => id);
}

/** Each statement by itself: what a crash leaves, the next run finds, since the rollouts are marked last. */
async function clearOf(dataSource: DataSource, rollouts: readonly string[], batch: number): Promise<number> {
  let rows = 0;
  for (const table of OF_CALLERS)
    for (let count = batch; count === batch;) {
      count = await clearAway(dataSource, table, 'rollout_id = ANY($1::uuid[])', [rollouts], batch);
      rows += count;
    }
  return rows;
}

/** Those that have nothing left: what somebody has locked is left to the next run. */
async function markCleared(dataSource: DataSource, rollouts: readonly string[]): Promise<number> {
  const left = OF_CALLERS.map((table) => `NOT EXISTS (SELECT 1 FROM ${table} s WHERE s.rollout_id = r.id)`);
  const [, count] = await dataSource.query<[unknown[], number]>(
    `UPDATE rollout SET samples_cleared = true WHERE id IN (
       SELECT r.id FROM rollout r WHERE r.id = ANY($1::uuid[]) AND ${left.join(' AND ')} ORDER BY r.id FOR UPDATE SKIP LOCKED)`,
    [rollouts],
  );
  return count;
}
