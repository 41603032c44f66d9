import { type EntityManager, MoreThan } from 'typeorm';
import { canonicalJson } from '#libs/kernel';
import { GENESIS, hashEvent, type ChainLink, type EventRecord, type EventStore } from '#libs/engine';
import { EventEntity } from '../entities/index.ts';
import { ask, tell } from '../statement.ts';
import { decodePageToken, toInstant, toPage } from './convert.ts';

/** The end of a model's chain, and the time. */
const LAST = `SELECT date_trunc('milliseconds', clock_timestamp()) AS now, e.sequence, e.hash
  FROM (SELECT 1) AS one LEFT JOIN LATERAL
    (SELECT sequence, hash FROM event WHERE model_id = $1 ORDER BY sequence DESC LIMIT 1) e ON true`;

const APPEND = `INSERT INTO event (model_id, sequence, rollout_id, type, actor, data, at, hash)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`;
const TOUCH_AND_APPEND = `WITH touched AS (UPDATE model SET updated_at = clock_timestamp() WHERE id = $1) ${APPEND}`;

export function eventStore(manager: EntityManager): EventStore {
  const events = manager.getRepository(EventEntity);
  return {
    async append({ modelId, rolloutId, type, actor, data, touch }) {
      const [last] = await ask<{ now: Date; sequence: number | null; hash: string | null }>(
        manager,
        'event-last',
        LAST,
        [modelId],
      );
      if (!last) throw new Error('the database told no time');
      const sequence = (last.sequence ?? 0) + 1;
      // Through JSON once, so that the hash is of what will be read back.
      const json = canonicalJson(data);
      const plain = JSON.parse(json) as Record<string, unknown>;
      const event = { modelId, sequence, rolloutId, type, actor, data: plain, at: toInstant(last.now) };
      const hash = hashEvent(last.hash ?? GENESIS, event);
      await tell(manager, touch ? 'event-append-touch' : 'event-append', touch ? TOUCH_AND_APPEND : APPEND, [
        modelId,
        sequence,
        rolloutId,
        type,
        actor,
        json,
        last.now,
        hash,
      ]);
    },
    async ofRollout(rolloutId) {
      const rows = await events.find({ where: { rolloutId }, order: { sequence: 'ASC' } });
      const names = await namesOf(manager, rows);
      return rows.map((row) => recordOf(row, names.get(row.modelId) ?? ''));
    },
    async chain(modelId, afterSequence, limit) {
      const rows = await events.find({
        where: { modelId, sequence: MoreThan(afterSequence) },
        order: { sequence: 'ASC' },
        take: limit,
      });
      return rows.map((row): ChainLink => ({ ...row, at: toInstant(row.at) }));
    },
    async list(modelId, { pageSize, pageToken }) {
      const query = events
        .createQueryBuilder('e')
        .orderBy('e.at', 'DESC')
        .addOrderBy('e.modelId', 'DESC')
        .addOrderBy('e.sequence', 'DESC')
        .limit(pageSize + 1);
      if (modelId !== null) query.andWhere('e.modelId = :modelId', { modelId });
      const before = decodePageToken(pageToken, /^\d+ [0-9a-f-]{36} \d+$/);
      if (before !== null) {
        const [at, id, sequence] = before.split(' ');
        query.andWhere('(e.at, e.modelId, e.sequence) < (:at, :id, :sequence)', {
          at: new Date(Number(at)),
          id,
          sequence: Number(sequence),
        });
      }
      const rows = await query.getMany();
      const names = await namesOf(manager, rows);
      const keyed = rows.map((row) => ({
        key: `${row.at.getTime()} ${row.modelId} ${row.sequence}`,
        record: recordOf(row, names.get(row.modelId) ?? ''),
      }));
      const page = toPage(keyed, pageSize, (one) => one.key);
      return { items: page.items.map((one) => one.record), nextPageToken: page.nextPageToken };
    },
  };
}

async function namesOf(
  manager: EntityManager,
  rows: readonly EventEntity[],
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(rows.map((row) => row.modelId))];
  if (ids.length === 0) return new Map();
  const models = await manager.query<{ id: string; name: string }[]>(
    'SELECT id, name FROM model WHERE id = ANY($1)',
    [ids],
  );
  return new Map(models.map((model) => [model.id, model.name]));
}

const recordOf = ({ modelId: _id, ...row }: EventEntity, model: string): EventRecord => ({
  ...row,
  model,
  at: toInstant(row.at),
});
