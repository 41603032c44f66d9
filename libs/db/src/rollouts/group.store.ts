import { type EntityManager, In } from 'typeorm';
import type { GroupRecord, GroupStore } from '#libs/engine';
import { ReleaseGroupEntity } from './release-group.entity.ts';
import { RolloutEntity } from './rollout.entity.ts';
import { toInstant } from '../work/convert.ts';
import { pageBySequence } from '../work/page-by-sequence.ts';
import { toLike } from '../registry/like-pattern.ts';
import { rolloutRecord } from './rollout.store.ts';

const MEMBER = `SELECT 1 FROM rollout r JOIN model m ON m.id = r.model_id WHERE r.group_id = "group".id`;

export function groupStore(manager: EntityManager): GroupStore {
  const groups = manager.getRepository(ReleaseGroupEntity);

  async function withMembers(rows: readonly ReleaseGroupEntity[]): Promise<GroupRecord[]> {
    if (rows.length === 0) return [];
    const found = await manager.getRepository(RolloutEntity).find({
      where: { groupId: In(rows.map(({ id }) => id)) },
      relations: { model: true },
      order: { model: { name: 'ASC' } },
    });
    const members = found.map(rolloutRecord);
    return rows.map((row) => ({
      ...row,
      createdAt: toInstant(row.createdAt),
      members: members.filter(({ groupId }) => groupId === row.id),
    }));
  }

  return {
    async insert(group) {
      await groups.insert(group);
    },
    async find(id) {
      const row = await groups.findOneBy({ id });
      return row && ((await withMembers([row]))[0] ?? null);
    },
    async list({ live, models }, { pageSize, pageToken }) {
      const query = groups.createQueryBuilder('group').where('true');
      if (live) query.andWhere(`EXISTS (${MEMBER} AND r.ended_at IS NULL)`);
      if (models)
        query.andWhere(`NOT EXISTS (${MEMBER} AND NOT m.name LIKE ANY(:patterns))`, {
          patterns: models.map(toLike),
        });
      const { items, nextPageToken } = await pageBySequence(query, 'group', { pageSize, pageToken });
      return { items: await withMembers(items), nextPageToken };
    },
  };
}
