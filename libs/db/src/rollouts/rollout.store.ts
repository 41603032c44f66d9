import { type EntityManager, In, IsNull } from 'typeorm';
import { redactDeep } from '#libs/kernel';
import type { LiveRollout, RolloutPatch, RolloutRecord, RolloutStore } from '#libs/engine';
import { RolloutEntity } from './rollout.entity.ts';
import { toLike } from '../registry/like-pattern.ts';
import { toDateOrNull, toInstant, toInstantOrNull } from '../work/convert.ts';
import { pageBySequence } from '../work/page-by-sequence.ts';
import { query } from '../work/statement.ts';
import { pageByEnd } from './page-by-end.ts';

/**
 * Since when a new one is due where it has no date. Never before what waits already, so that a clock that is set back passes nobody; and one
 * instant for all of a release group, so that no two groups wait for each other in the queues of two models.
 */
const DUE_SINCE = `coalesce((SELECT max(own.due_since) FROM rollout own WHERE own.group_id = :group), greatest(clock_timestamp(),
  (SELECT max(other.due_since) FROM rollout other WHERE other.ended_at IS NULL AND other.queued)))`;

/** Its first line is the predicate of an index. */
const NEED_PERSON = `rollout.endedAt IS NULL AND rollout.state IN ('awaiting_approval', 'paused', 'baking')
  AND (rollout.state <> 'baking' OR rollout.decision ->> 'kind' = 'pause')`;
const LIVE_OF = `SELECT DISTINCT ON (model_id) model_id AS "modelId", id, version, state, queued FROM rollout
  WHERE model_id = ANY ($1::uuid[]) AND ended_at IS NULL ORDER BY model_id, queued, sequence DESC`;

export function rolloutStore(manager: EntityManager): RolloutStore {
  const rollouts = manager.getRepository(RolloutEntity);

  /** The compare-and-swap: one row where nobody else has moved the rollout, none otherwise. */
  async function write(
    id: string,
    expectedRevision: number,
    patch: RolloutPatch,
    revision: number,
  ): Promise<boolean> {
    const { startAt, stepStartedAt, clockStoppedAt, endedAt, ...rest } = patch;
    const times = {
      ...(startAt === undefined ? {} : { startAt: toDateOrNull(startAt) }),
      ...(stepStartedAt === undefined ? {} : { stepStartedAt: toDateOrNull(stepStartedAt) }),
      ...(clockStoppedAt === undefined ? {} : { clockStoppedAt: toDateOrNull(clockStoppedAt) }),
      ...(endedAt === undefined ? {} : { endedAt: toDateOrNull(endedAt) }),
    };
    const result = await rollouts.update({ id, revision: expectedRevision }, {
      ...redactDeep(rest),
      ...times,
      revision,
    } as never);
    return result.affected === 1;
  }

  /** In the order in which they start: one without a date is due since it was asked for, and passes none that is due longer. Members of a release group have one place in all queues. */
  async function queued(modelId: string, most?: number): Promise<RolloutRecord[]> {
    const found = await rollouts
      .createQueryBuilder('rollout')
      .innerJoinAndSelect('rollout.model', 'model')
      .where('rollout.modelId = :modelId AND rollout.endedAt IS NULL AND rollout.queued', { modelId })
      .orderBy('COALESCE(rollout.startAt, rollout.dueSince)', 'ASC')
      .addOrderBy('rollout.sequence', 'ASC')
      .limit(most)
      .getMany();
    return found.map(rolloutRecord);
  }

  return {
    async find(id) {
      const found = await rollouts.findOne({ where: { id }, relations: { model: true } });
      return found && rolloutRecord(found);
    },
    async findLive(modelId) {
      const found = await rollouts.findOne({
        where: { modelId, endedAt: IsNull(), queued: false },
        relations: { model: true },
      });
      return found && rolloutRecord(found);
    },
    async findQueued(modelId, version) {
      const found = await rollouts.findOne({
        where: { modelId, version, endedAt: IsNull(), queued: true },
        relations: { model: true },
      });
      return found && rolloutRecord(found);
    },
    async nextQueued(modelId) {
      const [found] = await queued(modelId, 1);
      return found ?? null;
    },
    queued: (modelId) => queued(modelId),
    async insert(rollout) {
      const row = {
        ...rollout,
        startAt: toDateOrNull(rollout.startAt),
        stepStartedAt: toDateOrNull(rollout.stepStartedAt),
        clockStoppedAt: toDateOrNull(rollout.clockStoppedAt),
        dueSince: () => DUE_SINCE,
        endedAt: null,
      };
      const insert = rollouts
        .createQueryBuilder()
        .insert()
        .values(row as never);
      await insert.setParameter('group', rollout.groupId).execute();
    },
    async triesOf(modelId, version) {
      const [row] = await manager.query<{ tries: number }[]>(
        `WITH same AS (
           SELECT v.version FROM version v, version own
           WHERE own.model_id = $1 AND own.version = $2 AND v.model_id = $1
             AND (v.version = $2 OR v.artifact_digest = own.artifact_digest)
         ), tried AS (
           SELECT r.state, r.verdicts, r.sequence FROM rollout r JOIN same USING (version) WHERE r.model_id = $1
         )
         SELECT count(*)::int AS tries FROM tried
         WHERE state <> 'succeeded' AND verdicts <> '[]'::jsonb
           AND sequence > coalesce((SELECT max(sequence) FROM tried WHERE state = 'succeeded'), 0)`,
        [modelId, version],
      );
      return row?.tries ?? 0;
    },
    async list({ modelId, version, live, ended, needPerson, models }, { pageSize, pageToken }) {
      const found = rollouts
        .createQueryBuilder('rollout')
        .innerJoinAndSelect('rollout.model', 'model')
        .where('true');
      if (modelId !== undefined) found.andWhere('rollout.modelId = :modelId', { modelId });
      if (version !== undefined) found.andWhere('rollout.version = :version', { version });
      if (needPerson === true) found.andWhere(NEED_PERSON);
      if (live === true) found.andWhere('rollout.endedAt IS NULL');
      if (models) found.andWhere('model.name LIKE ANY(:patterns)', { patterns: models.map(toLike) });
      const page =
        ended === true
          ? await pageByEnd(found, { pageSize, pageToken })
          : await pageBySequence(found, 'rollout', { pageSize, pageToken });
      return { ...page, items: page.items.map(rolloutRecord) };
    },
    transition: (id, expected, patch) => write(id, expected, patch, expected + 1),
    note: (id, expected, patch) => write(id, expected, patch, expected),
    async liveOfModels(modelIds) {
      if (modelIds.length === 0) return new Map();
      const rows = await query<LiveRollout & { modelId: string }>(manager, 'live-of-models', LIVE_OF, [
        modelIds,
      ]);
      return new Map(rows.map(({ modelId, ...live }) => [modelId, live]));
    },
    async liveOf(ids) {
      const rows = await rollouts.find({
        where: { id: In([...ids]), endedAt: IsNull() },
        relations: { model: true },
      });
      return rows.map(rolloutRecord);
    },
    async noteAll(notes) {
      if (notes.length === 0) return;
      // Skips what somebody else holds: whoever moves a rollout knows better than a look that holds.
      await manager.query(
        `WITH notes AS (
           SELECT * FROM unnest($1::uuid[], $2::int[], $3::jsonb[], $4::jsonb[]) AS n(id, revision, verdicts, decision)
         ), mine AS (
           SELECT r.id FROM rollout r JOIN notes n ON n.id = r.id AND n.revision = r.revision FOR UPDATE OF r SKIP LOCKED
         )
         UPDATE rollout r SET verdicts = n.verdicts, decision = n.decision
         FROM notes n, mine WHERE r.id = mine.id AND n.id = mine.id`,
        [
          notes.map((note) => note.id),
          notes.map((note) => note.revision),
          notes.map((note) => JSON.stringify(redactDeep(note.verdicts))),
          notes.map((note) => JSON.stringify(redactDeep(note.decision))),
        ],
      );
    },
  };
}

/** @param row with its model */
export function rolloutRecord(row: RolloutEntity): RolloutRecord {
  const { model, of: _of, sequence: _sequence, dueSince: _dueSince, ...rest } = row;
  return {
    ...rest,
    model: model?.name ?? '',
    startAt: toInstantOrNull(row.startAt),
    stepStartedAt: toInstantOrNull(row.stepStartedAt),
    clockStoppedAt: toInstantOrNull(row.clockStoppedAt),
    createdAt: toInstant(row.createdAt),
    endedAt: toInstantOrNull(row.endedAt),
  };
}
