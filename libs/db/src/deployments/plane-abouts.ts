import type { DataSource } from 'typeorm';
import { query } from '../work/statement.ts';

const NOTE = 'UPDATE gateway_boot SET about = $3 WHERE gateway_id = $1 AND boot = $2';
const PRESENT = `SELECT g.id, b.about FROM gateway g JOIN gateway_boot b ON b.gateway_id = g.id AND b.boot = g.boot
  WHERE b.about IS NOT NULL`;

/** What data planes say of themselves; it is forgotten with their boots. */
export function planeAbouts({ manager }: DataSource) {
  return {
    async note(
      { gateway, boot }: { readonly gateway: string; readonly boot: string },
      about: object,
    ): Promise<void> {
      await query(manager, 'note-plane-about', NOTE, [gateway, boot, JSON.stringify(about)]);
    },
    async ofPresent(): Promise<ReadonlyMap<string, unknown>> {
      const rows = await query<{ id: string; about: unknown }>(manager, 'plane-abouts', PRESENT, []);
      return new Map(rows.map(({ id, about }) => [id, about]));
    },
  };
}
