import { type EntityManager, In, LessThan } from 'typeorm';
import type { VersionRecord, VersionStore } from '#libs/engine';
import { VersionEntity, VersionMetricEntity } from '../entities/index.ts';
import { decodePageToken, toInstant, toPage } from './convert.ts';

export function versionStore(manager: EntityManager): VersionStore {
  const versions = manager.getRepository(VersionEntity);
  const metrics = manager.getRepository(VersionMetricEntity);
  return {
    async find(modelId, version) {
      const found = await versions.findOne({ where: { modelId, version }, relations: { model: true } });
      return found && toVersionRecord(found);
    },
    async insert({ artifact, ...rest }) {
      await versions.insert({
        ...rest,
        artifactUri: artifact?.uri ?? null,
        artifactDigest: artifact?.digest ?? null,
      } as never);
    },
    async list(modelId, { pageSize, pageToken }) {
      const before = decodePageToken(pageToken, /^\d{1,9}$/);
      const where = before === null ? { modelId } : { modelId, version: LessThan(Number(before)) };
      const rows = await versions.find({
        where,
        relations: { model: true },
        order: { version: 'DESC' },
        take: pageSize + 1,
      });
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
  const { artifactUri, artifactDigest, model, ...rest } = row;
  const artifact =
    artifactUri !== null && artifactDigest !== null ? { uri: artifactUri, digest: artifactDigest } : null;
  return { ...rest, model: model?.name ?? '', artifact, createdAt: toInstant(row.createdAt) };
}
