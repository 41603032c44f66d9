import { type EntityManager, In, IsNull } from 'typeorm';
import type { VersionRecord, VersionStore } from '#libs/engine';
import { VersionEntity, VersionMetricEntity } from '../entities/index.ts';
import { decodePageToken, toInstant, toPage } from './convert.ts';
import { type SearchableColumns, searched } from './registry-search.ts';

const SEARCHABLE: SearchableColumns = {
  name: { column: 'm.name' },
  version_number: { column: 'v.version' },
  run_id: { column: 'v.runId' },
  source_path: { column: 'v.mlflowSource' },
  creation_timestamp: { column: 'v.createdAt', instant: true },
  last_updated_timestamp: { column: 'v.updatedAt', instant: true },
};

export function versionStore(manager: EntityManager): VersionStore {
  const versions = manager.getRepository(VersionEntity);
  const metrics = manager.getRepository(VersionMetricEntity);
  /** What is not deleted, with its model. */
  const present = () =>
    versions.createQueryBuilder('v').innerJoinAndSelect('v.model', 'm').where('v.deletedAt IS NULL');
  return {
    // Not `findOne`: with a relation it asks twice.
    async find(modelId, version) {
      const found = await present()
        .andWhere('v.modelId = :modelId AND v.version = :version', { modelId, version })
        .getOne();
      return found && toVersionRecord(found);
    },
    async findByName(name, version) {
      const found = await present()
        .andWhere('m.name = :name AND v.version = :version', { name, version })
        .getOne();
      return found && toVersionRecord(found);
    },
    async insert({ artifact, mlflow, ...rest }) {
      await versions.insert({
        ...rest,
        mlflowSource: mlflow.source,
        runId: mlflow.runId,
        runLink: mlflow.runLink,
        stage: mlflow.stage,
        artifactUri: artifact?.uri ?? null,
        artifactDigest: artifact?.digest ?? null,
      } as never);
    },
    async update(modelId, version, patch) {
      await versions.update({ modelId, version }, {
        ...patch,
        updatedAt: () => 'clock_timestamp()',
      } as never);
    },
    async remove(modelId, version) {
      await versions.update({ modelId, version }, { deletedAt: () => 'clock_timestamp()' } as never);
    },
    search(search) {
      return searched(present(), search, SEARCHABLE, 'v.tags', toVersionRecord);
    },
    async latestOfStages(modelId, stages) {
      const rows = await present()
        .distinctOn(['v.stage'])
        .andWhere('v.modelId = :modelId AND v.stage IN (:...stages)', { modelId, stages })
        .orderBy('v.stage')
        .addOrderBy('v.version', 'DESC')
        .getMany();
      return rows.map(toVersionRecord);
    },
    async ofStage(modelId, stage) {
      const rows = await versions.find({
        where: { modelId, stage, deletedAt: IsNull() },
        select: { version: true },
      });
      return rows.map(({ version }) => version);
    },
    async list(modelId, { pageSize, pageToken }) {
      const before = decodePageToken(pageToken, /^\d{1,9}$/);
      const query = present().andWhere('v.modelId = :modelId', { modelId });
      if (before !== null) query.andWhere('v.version < :before', { before: Number(before) });
      const rows = await query
        .orderBy('v.version', 'DESC')
        .limit(pageSize + 1)
        .getMany();
      return toPage(rows.map(toVersionRecord), pageSize, (v) => String(v.version));
    },
    async addMetrics(modelId, version, values, step) {
      const rows = Object.entries(values).map(([name, value]) => ({ modelId, version, name, step, value }));
      if (rows.length > 0) await metrics.upsert(rows, ['modelId', 'version', 'name', 'step']);
    },
    async latestMetrics(modelId, numbers) {
      const latest = new Map<number, Record<string, number>>();
      if (numbers.length === 0) return latest;
      const rows = await metrics.find({
        where: { modelId, version: In([...numbers]) },
        order: { step: 'ASC' },
      });
      for (const row of rows) latest.set(row.version, { ...latest.get(row.version), [row.name]: row.value });
      return latest;
    },
  };
}

export function toVersionRecord(row: VersionEntity): VersionRecord {
  const {
    artifactUri,
    artifactDigest,
    model,
    mlflowSource,
    runId,
    runLink,
    stage,
    deletedAt: _d,
    ...rest
  } = row;
  const artifact =
    artifactUri !== null && artifactDigest !== null ? { uri: artifactUri, digest: artifactDigest } : null;
  return {
    ...rest,
    model: model?.name ?? '',
    artifact,
    mlflow: { source: mlflowSource, runId, runLink, stage },
    createdAt: toInstant(row.createdAt),
    updatedAt: toInstant(row.updatedAt),
  };
}
