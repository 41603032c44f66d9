import type { EntityManager } from 'typeorm';
import type { EvidenceEntry } from '#libs/engine';
import { OTHER } from '#libs/traffic';

/** Segments of one rollout, all gates and steps together; the gateways' own bounds add up over gateways. */
const MOST_SEGMENTS = 200;

/** What is a new segment beyond the bound is counted as `<gate>=(other)`, as gateways do, so that nothing grows without end. */
export async function boundSegments(
  manager: EntityManager,
  entries: readonly EvidenceEntry[],
): Promise<readonly EvidenceEntry[]> {
  const rollouts = [...new Set(entries.filter((entry) => entry.segment).map((entry) => entry.rolloutId))];
  if (rollouts.length === 0) return entries;
  const rows = await manager.query<{ rollout_id: string; segment: string }[]>(
    `SELECT DISTINCT rollout_id, segment FROM evidence WHERE rollout_id = ANY($1) AND segment <> ''`,
    [rollouts],
  );
  const known = new Map<string, Set<string>>(rollouts.map((id) => [id, new Set()]));
  for (const row of rows) known.get(row.rollout_id)?.add(row.segment);
  return entries.map((entry) => {
    const segments = known.get(entry.rolloutId);
    if (!entry.segment || !segments || segments.has(entry.segment)) return entry;
    if (segments.size >= MOST_SEGMENTS)
      return { ...entry, segment: `${entry.segment.slice(0, entry.segment.indexOf('='))}=${OTHER}` };
    segments.add(entry.segment);
    return entry;
  });
}
