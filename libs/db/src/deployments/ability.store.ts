import type { EntityManager } from 'typeorm';
import type { AbilityStore } from '#libs/engine';
import { IS_ALIVE } from '../routing/gateway-alive.ts';

export function abilityStore(manager: EntityManager): AbilityStore {
  return {
    async note(names) {
      await manager.query(
        `INSERT INTO worker_ability (name, seen_at)
         SELECT name, clock_timestamp() FROM unnest($1::text[]) AS n(name) ORDER BY name COLLATE "C"
         ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at`,
        [[...new Set(names)]],
      );
    },
    async seen(withinMs) {
      const rows = await manager.query<{ name: string }[]>(
        `SELECT name FROM worker_ability WHERE ${IS_ALIVE('seen_at', '$1')}`,
        [withinMs / 1_000],
      );
      return new Set(rows.map(({ name }) => name));
    },
  };
}
