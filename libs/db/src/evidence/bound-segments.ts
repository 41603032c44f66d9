import type { EntityManager } from 'typeorm';
import type { EvidenceEntry } from '#libs/engine';
import { admitValues, OTHER } from '#libs/traffic';

/** Values of one gate where its route does not say how many there may be. */
const MOST_UNSAID = 50;

/** The gate that an entry's segment is of, and how many of its values may be judged by themselves; `null`: unknown. */
export type RuleOf = (entry: EvidenceEntry) => { readonly gate: string; readonly most: number } | null;

/**
 * Keeps the segments of each (rollout, gate) bounded over all data planes, as each of them does by itself: new
 * ones get a slot while there are any, the most frequent first; the others count as `<gate>=(other)`.
 */
export async function boundSegments(
  manager: EntityManager,
  entries: readonly EvidenceEntry[],
  ruleOf: RuleOf,
): Promise<readonly EvidenceEntry[]> {
  const rollouts = [...new Set(entries.filter((entry) => entry.segment).map((entry) => entry.rolloutId))];
  if (rollouts.length === 0) return entries;
  const rows = await manager.query<{ rollout_id: string; segment: string; requests: string }[]>(
    `SELECT rollout_id, segment, sum(requests) AS requests FROM evidence WHERE rollout_id = ANY($1)
     GROUP BY rollout_id, segment`,
    [rollouts],
  );
  const groups = new Map<string, Group>();
  const requests = new Map<string, number>(rollouts.map((id) => [id, 0]));
  const gates = new Map<string, Set<string>>(rollouts.map((id) => [id, new Set()]));
  const mosts = new Map<string, number>();
  for (const entry of entries) {
    const rule = entry.segment ? ruleOf(entry) : null;
    if (!rule) continue;
    gates.get(entry.rolloutId)?.add(rule.gate);
    mosts.set(`${entry.rolloutId} ${rule.gate}`, rule.most);
  }
  /** The whole name of the gate, which may hold `=` itself. */
  const gateOf = (rolloutId: string, segment: string): string =>
    [...(gates.get(rolloutId) ?? [])].find((gate) => segment.startsWith(`${gate}=`)) ??
    segment.slice(0, Math.max(0, segment.indexOf('=')));
  const groupOf = (rolloutId: string, segment: string): Group => {
    const key = `${rolloutId} ${gateOf(rolloutId, segment)}`;
    let group = groups.get(key);
    const most = mosts.get(key) ?? MOST_UNSAID;
    if (!group) groups.set(key, (group = { rolloutId, known: new Set(), offered: new Map(), most }));
    return group;
  };
  const add = (rolloutId: string, n: number): unknown =>
    requests.set(rolloutId, (requests.get(rolloutId) ?? 0) + n);
  for (const row of rows) {
    if (row.segment === '') add(row.rollout_id, Number(row.requests));
    else if (!isOther(row.segment)) groupOf(row.rollout_id, row.segment).known.add(row.segment);
  }
  for (const entry of entries) {
    if (!entry.segment) add(entry.rolloutId, entry.tally.requests);
    else if (!isOther(entry.segment)) {
      const group = groupOf(entry.rolloutId, entry.segment);
      group.offered.set(entry.segment, (group.offered.get(entry.segment) ?? 0) + entry.tally.requests);
    }
  }
  for (const { known, offered, most, rolloutId } of groups.values())
    for (const segment of admitValues(known, offered, requests.get(rolloutId) ?? 0, most)) known.add(segment);
  return entries.map((entry) => {
    if (!entry.segment || isOther(entry.segment)) return entry;
    const isKnown = groupOf(entry.rolloutId, entry.segment).known.has(entry.segment);
    return isKnown ? entry : { ...entry, segment: `${gateOf(entry.rolloutId, entry.segment)}=${OTHER}` };
  });
}

interface Group {
  readonly rolloutId: string;
  readonly known: Set<string>;
  readonly offered: Map<string, number>;
  readonly most: number;
}

const isOther = (segment: string): boolean => segment.endsWith(`=${OTHER}`);
