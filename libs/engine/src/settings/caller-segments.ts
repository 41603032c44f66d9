import { canonicalJson, DomainError } from '#libs/kernel';
import { parseKeptPolicy, segmentsNamedBy } from '#libs/rollout';
import type { CallerSegment } from '#libs/traffic';
import { documentHash } from './policy-hash.ts';
import type { CallerSegments, Stores } from '../ports/ports.ts';
import { effectivePolicy } from '../release/release-authority.ts';
import type { ModelRecord } from '../ports/records.ts';

/*
 * Named groups of a model's callers: who gets a candidate before everybody does (ADR 30).
 */

/**
 * Replaces the segments of a model as a whole. The caller holds the model's lock. A ring that has begun keeps its members: they are frozen
 * in its route.
 * @throws DomainError `segment_in_use` where one is taken away that the model's policy names, or a rollout that has not ended
 */
export async function replaceSegments(
  stores: Stores,
  model: ModelRecord,
  segments: CallerSegments,
  { actor }: { readonly actor: string },
): Promise<void> {
  const before = await stores.segments.of(model.id);
  if (hashOf(before) === hashOf(segments)) return;
  for (const name of before.keys()) if (!segments.has(name)) await assertUnused(stores, model, name);
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

async function assertUnused(stores: Stores, model: ModelRecord, name: string): Promise<void> {
  const inUse = (by: string): DomainError =>
    new DomainError(
      'conflict',
      'segment_in_use',
      `The segment "${name}" cannot be taken away: ${by} names it. Its members can be changed: a ring that has begun keeps those that it has.`,
      [{ pointer: `/${name}`, detail: 'needed' }],
    );
  if (namesOf(effectivePolicy(model)).has(name)) throw inUse("the model's policy");
  const live = await stores.rollouts.findLive(model.id);
  for (const rollout of [...(live ? [live] : []), ...(await stores.rollouts.queued(model.id))])
    if (namesOf(rollout.policy).has(name)) throw inUse(`rollout ${rollout.id} of version ${rollout.version}`);
}

/** A policy that was stored by other rules and is none any more names nothing. */
function namesOf(policy: unknown): ReadonlySet<string> {
  try {
    return new Set(segmentsNamedBy(parseKeptPolicy(policy)).map(({ segment }) => segment));
  } catch (error) {
    if (error instanceof DomainError) return new Set();
    throw error;
  }
}

/**
 * @param policy a valid policy document: a kept one, or one that was parsed as a new one before
 * @param at where it is in what was sent
 * @throws DomainError `segment_unknown` with each place that names a segment which the model does not have
 */
export async function assertSegmentsKnown(
  stores: Stores,
  model: Pick<ModelRecord, 'id' | 'name'>,
  policy: unknown,
  at = '',
): Promise<void> {
  const named = segmentsNamedBy(parseKeptPolicy(policy));
  if (named.length === 0) return;
  const known = await stores.segments.of(model.id);
  const unknown = named.filter(({ segment }) => !known.has(segment));
  if (unknown.length === 0) return;
  const names = [...new Set(unknown.map(({ segment }) => segment))].join(', ');
  throw new DomainError(
    'invalid',
    'segment_unknown',
    `The policy has a ring of ${names}, and the model has no such segment. Say who is in it with PUT /api/v1/models/${model.name}/segments (understudy segments set ${model.name} FILE) first.`,
    unknown.map(({ pointer, segment }) => ({
      pointer: `${at}${pointer}`,
      detail: `no segment "${segment}"`,
    })),
  );
}
