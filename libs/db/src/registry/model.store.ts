import { type EntityManager, QueryFailedError } from 'typeorm';
import { DomainError } from '#libs/kernel';
import type { ModelRecord, ModelStore, PrimaryTerm } from '#libs/engine';
import { ModelEntity } from './model.entity.ts';
import { query, enqueue, writeMany } from '../work/statement.ts';
import type { TurnTaker } from '../work/turns.ts';
import { toInstant } from '../work/convert.ts';
import { primaryTimes } from '../routing/primary-times.ts';
import { askSearch, type SearchBase, searchSql } from './registry-search.ts';

const COLUMNS = `m.id, m.name, m.description, m.tags, m.policy, m.golden, m.callers, m.prices, m.release_settings AS "releaseSettings",
  m.environment, m.after_id AS "afterId", (SELECT a.name FROM model a WHERE a.id = m.after_id) AS "afterName",
  m."primary", m.primary_history AS "primaryHistory", m.retirement, m.salt, m.next_version AS "nextVersion",
  m.updated_at AS "updatedAt", m.created_at AS "createdAt"`;
// A deleted model has a name that nobody can ask for.
const BY_NAME = `SELECT ${COLUMNS} FROM model m WHERE m.name = $1`;

const SEARCH: SearchBase = {
  select: COLUMNS,
  from: 'model m',
  where: ['m.deleted_at IS NULL'],
  tags: 'm.tags',
  columns: {
    name: { column: 'm.name', type: 'text' },
    creation_timestamp: { column: 'm.created_at', type: 'instant' },
    last_updated_timestamp: { column: 'm.updated_at', type: 'instant' },
  },
};
/** As `isOutage` says, of the version that serves. */
const OUT: SearchBase = {
  ...SEARCH,
  where: [
    ...SEARCH.where,
    `m.id IN (SELECT o.model_id FROM primary_outage o WHERE o.version = m."primary" AND (o.announced_at IS NOT NULL OR o.gateways <> '[]'))`,
  ],
};
const NEWEST_TERMS = `SELECT version, proven, refuted_by AS "refutedBy" FROM (
    SELECT DISTINCT ON (version) version, proven, refuted_by, sequence FROM primary_term
    WHERE model_id = $1 AND version = ANY($2::int[]) ORDER BY version, sequence DESC) AS newest
  ORDER BY sequence DESC`;
/** Versions of model $1 with the bytes of version $2: itself, and those with its artifact's digest. */
const SAME_BYTES = `(SELECT v.version FROM version v WHERE v.model_id = $1 AND (v.version = $2 OR v.artifact_digest =
    (SELECT own.artifact_digest FROM version own WHERE own.model_id = $1 AND own.version = $2)))`;
/** Changes of the version of term t to servers that it did not have, after the term: what was good there says nothing of these. */
const MOVED_SINCE = `(SELECT FROM event e
    WHERE e.model_id = t.model_id AND e.type = 'version.serving_set' AND e.data->'version' = to_jsonb(t.version) AND e.at > t.until
      AND coalesce((e.data->>'moved')::boolean, (e.data#>'{after,servingUrls}') = '[]'
        OR NOT (e.data#>'{before,servingUrls}') @> (e.data#>'{after,servingUrls}')))`;
/** Any number; whoever gives a model a name agrees on it. */
const NAMES_LOCK = 74;
const UNIQUE_VIOLATION = '23505';
/** One turn for a model and for its name: who is given a name locks the model, too. */
const turnAt = (name: string): string => `model ${name}`;

export function modelStore(manager: EntityManager, turns: TurnTaker): ModelStore {
  const models = manager.getRepository(ModelEntity);
  const named = async (statement: string, text: string, name: string): Promise<ModelRecord | null> => {
    const [row] = await query<ModelRow>(manager, statement, text, [name]);
    return row ? toRecord(row) : null;
  };
  const endTerm = async (id: string, good: boolean): Promise<void> => {
    await manager.query(
      'UPDATE primary_term SET until = clock_timestamp(), good = $2 WHERE model_id = $1 AND until IS NULL',
      [id, good],
    );
  };
  const refute = async (id: string, version: number, by: number | null): Promise<void> => {
    await manager.query(
      `UPDATE primary_term SET refuted_by = $3::int WHERE model_id = $1 AND version IN ${SAME_BYTES}`,
      [id, version, by],
    );
  };
  return {
    find: (name) => named('model-by-name', BY_NAME, name),
    async lock(name) {
      turns.take(turnAt(name));
      return named('model-lock', `${BY_NAME} FOR UPDATE`, name);
    },
    async keep(name) {
      turns.take(turnAt(name));
      return named('model-keep', `${BY_NAME} FOR KEY SHARE`, name);
    },
    async claimName(name) {
      turns.take(turnAt(name));
      await enqueue(manager, 'model-name', 'SELECT pg_advisory_xact_lock($1, hashtext($2))', [
        NAMES_LOCK,
        name,
      ]);
    },
    async insert(model) {
      const { primaryHistory, tags, environment, ...rest } = model;
      const row = {
        ...rest,
        ...environmentRow(environment),
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
    async update(id, { environment, ...patch }) {
      const row = environment === undefined ? patch : { ...patch, ...environmentRow(environment) };
      try {
        await models.update({ id }, row as never);
      } catch (error) {
        // Two models were given one name at once.
        const taken = error instanceof QueryFailedError && error.driverError?.code === UNIQUE_VIOLATION;
        if (!taken || patch.name === undefined) throw error;
        throw new DomainError('conflict', 'model_exists', `There is a model "${patch.name}" already.`);
      }
    },
    async remove(id) {
      await writeMany(
        manager,
        `WITH held AS (SELECT version FROM version WHERE model_id = $1 ORDER BY version FOR NO KEY UPDATE)
         UPDATE version v SET deleted_at = clock_timestamp() FROM held WHERE v.model_id = $1 AND v.version = held.version`,
        [id],
      );
      await writeMany(manager, 'DELETE FROM alias WHERE model_id = $1', [id]);
      await writeMany(manager, 'DELETE FROM caller_segment WHERE model_id = $1', [id]);
      // No name holds a slash, so nobody can have this one.
      await manager.query(
        `UPDATE model SET deleted_at = clock_timestamp(), routed_as = name, name = 'deleted/' || id WHERE id = $1`,
        [id],
      );
    },
    async search(search) {
      const asked = searchSql(search.primaryOut === true ? OUT : SEARCH, search);
      const rows = await askSearch<ModelRow & { cursor?: string[] }>(manager, search, asked);
      const page = rows.slice(0, search.limit);
      return {
        items: page.map(toRecord),
        more: rows.length > search.limit,
        cursor: page.at(-1)?.cursor ?? null,
      };
    },
    async policyText(id) {
      const [row] = await query<{ text: string | null }>(
        manager,
        'policy-text',
        'SELECT policy_text AS text FROM model WHERE id = $1',
        [id],
      );
      return row?.text ?? null;
    },
    async comingAfter(id) {
      const rows = await manager.query<{ name: string }[]>(
        'SELECT name FROM model WHERE after_id = $1 AND deleted_at IS NULL ORDER BY name',
        [id],
      );
      return rows.map((row) => row.name);
    },
    endTerm,
    async beginTerm(id, version, { previousWasGood, proven }) {
      await endTerm(id, previousWasGood);
      // Of the same bytes all say the same, so any of them says what a version that comes back was found to be.
      await manager.query(
        `INSERT INTO primary_term (id, model_id, version, since, proven, refuted_by)
         SELECT gen_random_uuid(), $1::uuid, $2::int, clock_timestamp(), $3::boolean,
           (SELECT max(t.refuted_by) FROM primary_term t WHERE t.model_id = $1 AND t.version IN ${SAME_BYTES})`,
        [id, version, proven],
      );
      if (previousWasGood && proven) await refute(id, version, null);
    },
    async proveTerm(id) {
      const [term] = await manager.query<{ version: number }[]>(
        'SELECT version FROM primary_term WHERE model_id = $1 AND until IS NULL',
        [id],
      );
      if (term === undefined) return;
      await manager.query('UPDATE primary_term SET proven = true WHERE model_id = $1 AND until IS NULL', [
        id,
      ]);
      await refute(id, term.version, null);
    },
    refuteTerms: (id, version) => refute(id, version, version),
    newestTerms: (id, versions) => query<PrimaryTerm>(manager, 'newest-terms', NEWEST_TERMS, [id, versions]),
    primaryTimes: (id, version, page) => primaryTimes(manager, id, version, page),
    async lastGoodTermEnd(id, version) {
      // Its last term counts: a version that was taken off later is not good any more.
      const [row] = await manager.query<{ until: Date | null; good: boolean | null }[]>(
        `SELECT until, good AND proven AND refuted_by IS NULL AND NOT EXISTS ${MOVED_SINCE} AS good
         FROM primary_term t WHERE model_id = $1 AND version = $2 ORDER BY sequence DESC LIMIT 1`,
        [id, version],
      );
      return row?.good === true && row.until !== null ? toInstant(row.until) : null;
    },
  };
}

const environmentRow = (environment: ModelRecord['environment']) => ({
  environment: environment?.name ?? null,
  afterId: environment?.after?.id ?? null,
});

type ModelRow = Omit<ModelRecord, 'createdAt' | 'updatedAt' | 'environment'> & {
  readonly environment: string | null;
  readonly afterId: string | null;
  readonly afterName: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

function environmentOf({ environment: name, afterId: id, afterName }: ModelRow): ModelRecord['environment'] {
  if (name === null) return null;
  return { name, after: id === null || afterName === null ? null : { id, name: afterName } };
}

function toRecord(row: ModelRow): ModelRecord {
  const { id, name, description, tags, policy, golden, callers, prices, releaseSettings, primary, salt } =
    row;
  return {
    ...{ id, name, description, tags, policy, golden, callers, prices, releaseSettings, primary, salt },
    environment: environmentOf(row),
    primaryHistory: row.primaryHistory,
    retirement: row.retirement,
    nextVersion: row.nextVersion,
    createdAt: toInstant(row.createdAt),
    updatedAt: toInstant(row.updatedAt),
  };
}
