import type { EntityManager } from 'typeorm';
import { type AliasStore, PRIMARY_ALIAS } from '#libs/engine';
import { AliasEntity } from './alias.entity.ts';

export function aliasStore(manager: EntityManager): AliasStore {
  const aliases = manager.getRepository(AliasEntity);
  return {
    async find(modelId, alias) {
      return (await aliases.findOneBy({ modelId, alias }))?.version ?? null;
    },
    async ofModels(modelIds) {
      const found = new Map<string, { alias: string; version: number }[]>();
      if (modelIds.length === 0) return found;
      const rows = await manager.query<{ modelId: string; alias: string; version: number }[]>(
        `SELECT model_id AS "modelId", alias, version FROM alias WHERE model_id = ANY($1)
         UNION ALL SELECT id, '${PRIMARY_ALIAS}', "primary" FROM model WHERE id = ANY($1) AND "primary" IS NOT NULL
         ORDER BY 2`,
        [modelIds],
      );
      for (const { modelId, alias, version } of rows) {
        const list = found.get(modelId);
        if (list) list.push({ alias, version });
        else found.set(modelId, [{ alias, version }]);
      }
      return found;
    },
    async set(modelId, alias, version) {
      await aliases.upsert({ modelId, alias, version }, ['modelId', 'alias']);
    },
    async remove(modelId, alias) {
      return ((await aliases.delete({ modelId, alias })).affected ?? 0) > 0;
    },
    async removeOfVersion(modelId, version) {
      await aliases.delete({ modelId, version });
    },
  };
}
