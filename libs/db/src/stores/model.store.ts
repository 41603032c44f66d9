import { type EntityManager, IsNull, MoreThan } from 'typeorm';
import type { ModelRecord, ModelStore, Page, PageRequest } from '#libs/engine';
import { ModelEntity } from '../entities/index.ts';
import { decodePageToken, toInstant, toPage } from './convert.ts';
import { type SearchableColumns, searched } from './registry-search.ts';

const SEARCHABLE: SearchableColumns = {
  name: { column: 'm.name' },
  creation_timestamp: { column: 'm.createdAt', instant: true },
  last_updated_timestamp: { column: 'm.updatedAt', instant: true },
};

export function modelStore(manager: EntityManager): ModelStore {
  const models = manager.getRepository(ModelEntity);
  return {
    async find(name) {
      const found = await models.findOneBy({ name });
      return found && toRecord(found);
    },
    async lock(name) {
      const found = await models.findOne({ where: { name }, lock: { mode: 'pessimistic_write' } });
      return found && toRecord(found);
    },
    async insert(model) {
      const { primaryHistory, tags, ...rest } = model;
      const row = {
        ...rest,
        tags: { ...tags },
        primaryHistory: [...primaryHistory],
        policy: model.policy as object | null,
      };
      const made = await models
        .createQueryBuilder()
        .insert()
        .values(row as never)
        .orIgnore()
        .returning('id')
        .execute();
      return (made.raw as unknown[]).length > 0;
    },
    async update(id, patch) {
      await models.update({ id }, patch as never);
    },
    async touch(id) {
      await manager.query('UPDATE model SET updated_at = clock_timestamp() WHERE id = $1', [id]);
    },
    async remove(id) {
      await manager.query('UPDATE version SET deleted_at = clock_timestamp() WHERE model_id = $1', [id]);
      await manager.query('DELETE FROM alias WHERE model_id = $1', [id]);
      // No name holds a slash, so nobody can have this one.
      await manager.query(
        `UPDATE model SET deleted_at = clock_timestamp(), name = 'deleted/' || id WHERE id = $1`,
        [id],
      );
    },
    search(search) {
      const query = models.createQueryBuilder('m').where('m.deletedAt IS NULL');
      return searched(query, search, SEARCHABLE, 'm.tags', toRecord);
    },
    async beginTerm(id, version, previousWasGood) {
      await manager.query(
        'UPDATE primary_term SET until = clock_timestamp(), good = $2 WHERE model_id = $1 AND until IS NULL',
        [id, previousWasGood],
      );
      await manager.query(
        'INSERT INTO primary_term (id, model_id, version, since) VALUES (gen_random_uuid(), $1, $2, clock_timestamp())',
        [id, version],
      );
    },
    async lastGoodTermEnd(id, version) {
      // Its last term counts: a version that was taken off later is not good any more.
      const [row] = await manager.query<{ until: Date | null; good: boolean | null }[]>(
        'SELECT until, good FROM primary_term WHERE model_id = $1 AND version = $2 ORDER BY since DESC LIMIT 1',
        [id, version],
      );
      return row?.good === true && row.until !== null ? toInstant(row.until) : null;
    },
    async list({ pageSize, pageToken }: PageRequest): Promise<Page<ModelRecord>> {
      const after = decodePageToken(pageToken, /^.+$/s);
      const rows = await models.find({
        where: { deletedAt: IsNull(), ...(after === null ? {} : { name: MoreThan(after) }) },
        order: { name: 'ASC' },
        take: pageSize + 1,
      });
      return toPage(rows.map(toRecord), pageSize, (model) => model.name);
    },
  };
}

function toRecord(row: ModelEntity): ModelRecord {
  const { deletedAt: _d, ...rest } = row;
  return { ...rest, createdAt: toInstant(row.createdAt), updatedAt: toInstant(row.updatedAt) };
}
