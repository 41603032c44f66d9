import type { EntityManager } from 'typeorm';
import type { CallerSegmentStore } from '#libs/engine';
import type { CallerSegment } from '#libs/traffic';
import { CallerSegmentEntity } from './caller-segment.entity.ts';
import { writeMany } from '../work/statement.ts';

export function callerSegmentStore(manager: EntityManager): CallerSegmentStore {
  return {
    async of(modelId) {
      const rows = await manager.query<{ name: string; rule: CallerSegment }[]>(
        'SELECT name, rule FROM caller_segment WHERE model_id = $1 ORDER BY name',
        [modelId],
      );
      return new Map(rows.map(({ name, rule }) => [name, rule]));
    },
    async replace(modelId, segments) {
      await writeMany(manager, 'DELETE FROM caller_segment WHERE model_id = $1', [modelId]);
      const rows = [...segments].map(([name, rule]) => ({ modelId, name, rule }));
      if (rows.length > 0) await manager.getRepository(CallerSegmentEntity).insert(rows as never);
    },
  };
}
