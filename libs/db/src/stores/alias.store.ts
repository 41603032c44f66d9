import { type EntityManager, In } from 'typeorm';
import type { AliasStore } from '#libs/engine';
import { AliasEntity } from '../entities/index.ts';

export function aliasStore(manager: EntityManager): AliasStore {
  const aliases = manager.getRepository(AliasEntity);
  return {
    async find(modelId, alias) {
      return (await aliases.findOneBy({ modelId, alias }))?.version ?? null;
    },
    async ofModels(modelIds) {
      const found = new Map<string, { alias: string; version: number }[]>();
      if (modelIds.length === 0) return found;
      const rows = await aliases.find({ where: { modelId: In([...modelIds]) }, order: { alias: 'ASC' } });
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
