import { type EntityManager, MoreThan } from 'typeorm';
import { canonicalJson } from '#libs/kernel';
import { GENESIS, hashEvent, type ChainLink, type EventRecord, type EventStore } from '#libs/engine';
import { EventEntity } from '../entities/index.ts';
import { decodePageToken, toInstant, toPage } from './convert.ts';

export function eventStore(manager: EntityManager): EventStore {
  const events = manager.getRepository(EventEntity);
  return {
    async append({ modelId, rolloutId, type, actor, data }) {
      const last = await events.findOne({ where: { modelId }, order: { sequence: 'DESC' } });
      const sequence = (last?.sequence ?? 0) + 1;
      const [clock] = await manager.query<{ now: Date }[]>(
        `SELECT date_trunc('milliseconds', clock_timestamp()) AS now`,
      );
      if (!clock) throw new Error('the database told no time');
      // Through JSON once, so that the hash is of what will be read back.
      const plain = JSON.parse(canonicalJson(data)) as Record<string, unknown>;
      const event = { modelId, sequence, rolloutId, type, actor, data: plain, at: clock.now };
      const hash = hashEvent(last?.hash ?? GENESIS, { ...event, at: toInstant(clock.now) });
      await events.insert({ ...event, hash } as never);
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
