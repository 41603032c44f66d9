import { expandedPolicy, parseKeptPolicy } from '#libs/rollout';
import type { By } from '../access/authority.ts';
import { assertSegmentsKnown } from './caller-segments.ts';
import { documentHash } from './policy-hash.ts';
import { assertPolicyPriced } from './prices.ts';
import type { Stores } from '../ports/ports.ts';
import { effectivePolicy, replacedPolicy } from '../release/release-authority.ts';
import type { GoldenRequests, ModelRecord } from '../ports/records.ts';

/**
 * Replaces the policy that new rollouts of a model follow. The event says by whom, the hashes before
 * and after, and what became looser. The caller holds the model's lock.
 * @param text the document as its author wrote it, which is given back to whoever edits it; `null`: it was no text
 * @returns the document as it is kept: with the queries of metrics that it names
 * @throws DomainError `policy_invalid`; `prices_missing` for a gate on money; `segment_unknown` for a ring of a segment that the model does not have; `policy_looser` where four eyes are asked for and no admin says so
 */
export async function replacePolicy(
  stores: Stores,
  model: ModelRecord,
  asked: unknown,
  { actor, authority }: By,
  text: string | null = null,
): Promise<unknown> {
  const policy = expandedPolicy(asked);
  const before = effectivePolicy(model);
  const loosened = replacedPolicy(before, policy, authority);
  assertPolicyPriced(parseKeptPolicy(policy), model);
  await assertSegmentsKnown(stores, model, policy);
  await stores.models.update(model.id, { policy, policyText: text });
  const event = { modelId: model.id, rolloutId: null, type: 'model.policy_replaced', actor };
  const hashes = { before: documentHash(before), after: documentHash(policy) };
  await stores.events.append({ ...event, data: { policy, ...hashes, loosened } });
  return policy;
}

/** Replaces what every version must answer before any traffic. The caller holds the model's lock. */
export async function replaceGolden(
  stores: Stores,
  model: ModelRecord,
  items: GoldenRequests,
  { actor }: By,
): Promise<void> {
  await stores.models.update(model.id, { golden: items });
  const event = { modelId: model.id, rolloutId: null, type: 'model.golden_replaced', actor };
  const hashes = { before: documentHash(model.golden), after: documentHash(items) };
  await stores.events.append({ ...event, data: { items, ...hashes } });
}
