import { canonicalJson } from '#libs/kernel';
import type { CallerSegment } from '#libs/traffic';
import { documentHash } from './policy-hash.ts';
import type { CallerSegments, Stores } from './ports.ts';
import type { ModelRecord } from './records.ts';

/*
 * Named groups of a model's callers: who gets a candidate before everybody does (ADR 30).
 */

/** Replaces the segments of a model as a whole. The caller holds the model's lock. */
export async function replaceSegments(
  stores: Stores,
  model: ModelRecord,
  segments: CallerSegments,
  { actor }: { readonly actor: string },
): Promise<void> {
  const before = await stores.segments.of(model.id);
  if (hashOf(before) === hashOf(segments)) return;
  await stores.segments.replace(model.id, segments);
  await stores.events.append({
    modelId: model.id,
    rolloutId: null,
    type: 'model.segments_replaced',
    actor,
    data: { segments: shown(segments), before: hashOf(before), after: hashOf(segments) },
  });
}

const plain = (segments: CallerSegments): Record<string, CallerSegment> => Object.fromEntries(segments);

const hashOf = (segments: CallerSegments): string | null =>
  segments.size === 0 ? null : documentHash(JSON.parse(canonicalJson(plain(segments))));

/** As the record has it: events are for good, and units may be people. */
const shown = (segments: CallerSegments): Record<string, unknown> =>
  Object.fromEntries(
    [...segments].map(([name, one]) => [name, one.from === 'units' ? { units: one.units.length } : one]),
  );
