import { type EntityManager, In } from 'typeorm';
import type { GroupRecord, GroupStore } from '#libs/engine';
import { ReleaseGroupEntity } from './release-group.entity.ts';
import { RolloutEntity } from './rollout.entity.ts';
import { decodePageToken, toInstant, toPage } from '../work/convert.ts';
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
      const query = groups
        .createQueryBuilder('group')
        .where('true')
        .orderBy('group.createdAt', 'DESC')
        .addOrderBy('group.id', 'DESC')
        .limit(pageSize + 1);
      if (live) query.andWhere(`EXISTS (${MEMBER} AND r.ended_at IS NULL)`);
      if (models)
        query.andWhere(`NOT EXISTS (${MEMBER} AND NOT m.name LIKE ANY(:patterns))`, {
          patterns: models.map(toLike),
        });
      const before = decodePageToken(pageToken, ['millis', 'uuid']);
      if (before !== null) {
        query.andWhere("(date_trunc('milliseconds', group.createdAt), group.id) < (:at, :id)", {
          at: new Date(Number(before[0])),
          id: before[1],
        });
        // By the index; the truncated time is below it in the same millisecond only.
        query.andWhere('group.createdAt < :end', { end: new Date(Number(before[0]) + 1) });
      }
      const { items, nextPageToken } = toPage(
        await query.getMany(),
        pageSize,
        ({ createdAt, id }) => `${toInstant(createdAt)} ${id}`,
      );
      return { items: await withMembers(items), nextPageToken };
    },
  };
}
