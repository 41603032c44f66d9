import { type EntityManager, Not } from 'typeorm';
import type { DeploymentRecord, DeploymentStore } from '#libs/engine';
import { DeploymentEntity, VersionEntity } from '../entities/index.ts';
import { toInstant } from './convert.ts';
import { toVersionRecord } from './version.store.ts';

export function deploymentStore(manager: EntityManager): DeploymentStore {
  const deployments = manager.getRepository(DeploymentEntity);
  return {
    async find(modelId, version) {
      const found = await deployments.findOneBy({ modelId, version });
      return found && toRecord(found);
    },
    async ofRollouts(rolloutIds) {
      const rows = await manager.query<(DeploymentRecord & { rolloutId: string; updatedAt: Date })[]>(
        `SELECT r.id AS "rolloutId", d.model_id AS "modelId", d.version, d.state, d.url, d.message, d.updated_at AS "updatedAt"
         FROM rollout r JOIN deployment d ON d.model_id = r.model_id AND d.version = r.version WHERE r.id = ANY($1)`,
        [rolloutIds],
      );
      return new Map(rows.map(({ rolloutId, ...row }) => [rolloutId, toRecord(row)]));
    },
    async save(deployment) {
      await deployments.upsert({ ...deployment, updatedAt: () => 'clock_timestamp()' } as never, [
        'modelId',
        'version',
      ]);
    },
    async wanted() {
      const rows = await manager
        .getRepository(VersionEntity)
        .createQueryBuilder('v')
        .innerJoinAndSelect('v.model', 'm')
        .leftJoin('rollout', 'r', 'r.model_id = m.id AND r.ended_at IS NULL AND NOT r.queued')
        .where('v.version = m.primary OR v.version = r.version OR v.version = r.from')
        .getMany();
      return rows.map(toVersionRecord);
    },
    async present() {
      return (await deployments.findBy({ state: Not('retired') })).map(toRecord);
    },
  };
}

function toRecord(row: Omit<DeploymentRecord, 'updatedAt'> & { updatedAt: Date }): DeploymentRecord {
  return { ...row, updatedAt: toInstant(row.updatedAt) };
}
