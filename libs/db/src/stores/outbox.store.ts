import type { EntityManager } from 'typeorm';
import type { OutboxStore } from '#libs/engine';
import { notify } from '../notify.ts';

export function outboxStore(manager: EntityManager): OutboxStore {
  return {
    async wakeRollout(rolloutId) {
      await manager.query(
        'INSERT INTO outbox (rollout_id, asked_at) VALUES ($1, clock_timestamp()) ON CONFLICT DO NOTHING',
        [rolloutId],
      );
      await notify(manager, { kind: 'outbox' });
    },
  };
}
