import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { canonicalJson } from '#libs/kernel';
import type { EventRecord, EventStore } from '#libs/engine';
import { EventEntity } from '../entities/index.ts';
import { toInstant } from './convert.ts';

/** The first link of every chain. */
const GENESIS = '0'.repeat(64);

export function eventStore(manager: EntityManager): EventStore {
  const events = manager.getRepository(EventEntity);
  return {
    async append({ modelId, rolloutId, type, actor, data }) {
      const last = await events.findOne({ where: { modelId }, order: { sequence: 'DESC' } });
      const sequence = (last?.sequence ?? 0) + 1;
      const [clock] = await manager.query<{ now: Date }[]>(
        `SELECT date_trunc('milliseconds', clock_timestamp()) AS now`,
      );
      if (!clock) throw new Error('the database told no time');
      // Through JSON once, so that the hash is of what will be read back.
      const plain = JSON.parse(canonicalJson(data)) as Record<string, unknown>;
      const event = { modelId, sequence, rolloutId, type, actor, data: plain, at: clock.now };
      const hash = hashEvent(last?.hash ?? GENESIS, { ...event, at: toInstant(clock.now) });
      await events.insert({ ...event, hash } as never);
    },
    async ofRollout(rolloutId) {
      const rows = await events.find({ where: { rolloutId }, order: { sequence: 'ASC' } });
      const [model] =
        rows.length === 0
          ? []
          : await manager.query<{ name: string }[]>('SELECT name FROM model WHERE id = $1', [
              rows[0]?.modelId,
            ]);
      return rows.map(({ modelId: _id, ...row }): EventRecord => ({
        ...row,
        model: model?.name ?? '',
        at: toInstant(row.at),
      }));
    },
  };
}

/** SHA-256 over the hash of the event before it and this event's canonical JSON. */
export function hashEvent(previous: string, event: Record<string, unknown>): string {
  return createHash('sha256').update(previous).update(canonicalJson(event)).digest('hex');
}
