import { type EntityManager, MoreThan } from 'typeorm';
import type { ModelRecord, ModelStore, Page, PageRequest } from '#libs/engine';
import { ModelEntity } from '../entities/index.ts';
import { decodePageToken, toInstant, toPage } from './convert.ts';

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
    async list({ pageSize, pageToken }: PageRequest): Promise<Page<ModelRecord>> {
      const after = decodePageToken(pageToken, /^.+$/s);
      const rows = await models.find({
        where: after === null ? {} : { name: MoreThan(after) },
        order: { name: 'ASC' },
        take: pageSize + 1,
      });
      return toPage(rows.map(toRecord), pageSize, (model) => model.name);
    },
  };
}

function toRecord(row: ModelEntity): ModelRecord {
  return { ...row, createdAt: toInstant(row.createdAt) };
}
