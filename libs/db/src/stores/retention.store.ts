import type { DataSource } from 'typeorm';
import type { Forgettable, RetentionStore } from '#libs/engine';
import { clearAway } from '../clear-away.ts';

/** [table, what of it may go]; $1 is the time before which. */
const OLD: Record<Forgettable, readonly [table: string, condition: string]> = {
  idempotency: ['idempotency', 'claimed_at < $1'],
  /**
   * A delivery that is known by its body alone (its SHA-256) carries no time: what was captured of it could be
   * sent again for as long as its secret is the source's, so that it is kept until then.
   */
  delivery: [
    'webhook_delivery',
    `received_at < $1 AND (identity !~ '^[0-9a-f]{64}$' OR NOT EXISTS (
       SELECT 1 FROM webhook_source s WHERE s.name = webhook_delivery.source AND s.created_at <= received_at))`,
  ],
  outgoing_delivered: ['outgoing', `state = 'delivered' AND created_at < $1`],
  outgoing_dead: ['outgoing', `state = 'dead' AND created_at < $1`],
  session: ['session', 'expires_at < $1'],
  ci_token_use: ['ci_token_use', 'expires_at < $1'],
  expired_token: ['token', 'expires_at < $1'],
  silent_gateway: ['gateway', 'seen_at < $1'],
  judge_answer: ['judge_answer', 'at < $1'],
  embedding_vector: ['embedding_vector', 'at < $1'],
};

export function retentionStore(dataSource: DataSource): RetentionStore {
  return {
    async now() {
      const [row] = await dataSource.query<{ ms: string }[]>(
        'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000) AS ms',
      );
      return Number(row?.ms);
    },
    async forget(what, before, most) {
      const [table, condition] = OLD[what];
      const time = condition.replaceAll('$1', 'to_timestamp($1::float8 / 1000)');
      const count = await clearAway(dataSource, table, time, [before], most);
      if (what === 'silent_gateway') {
        await clearAway(
          dataSource,
          'gateway_boot',
          'seen_at < to_timestamp($1::float8 / 1000)',
          [before],
          most,
        );
        for (const its of ['gateway_route', 'gateway_primary']) {
          const orphaned = `NOT EXISTS (SELECT 1 FROM gateway g WHERE g.id = ${its}.gateway_id)`;
          await clearAway(dataSource, its, orphaned, [], most);
        }
      }
      return count;
    },
  };
}
