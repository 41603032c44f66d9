import { canonicalJson, DomainError } from '#libs/kernel';
import { isCostGate, isUsageGate, parseKeptPolicy, type Policy } from '#libs/rollout';
import { type ModelPrices, pricesOf, type Reading, type TokenPrices } from '#libs/traffic';
import type { By } from '../access/authority.ts';
import { documentHash } from './policy-hash.ts';
import { policyOf } from './policy-of.ts';
import type { Stores } from '../ports/ports.ts';
import type { ModelRecord, RolloutRecord } from '../ports/records.ts';
import { effectivePolicy } from '../release/release-authority.ts';

const NO_PRICES: ModelPrices = { usual: null, versions: {} };
const judgesCost = ({ gates }: Pick<Policy, 'gates'>): boolean => gates.some(isCostGate);

/**
 * Replaces what a model's tokens cost. The caller holds the model's lock.
 * @throws DomainError `rollout_running` while a rollout judges money by the old ones; `prices_needed` where the model's policy
 *   judges money and none would be left, or a rollout that waits could not start by them
 */
export async function replacePrices(
  stores: Stores,
  model: ModelRecord,
  prices: ModelPrices,
  { actor }: Pick<By, 'actor'>,
): Promise<void> {
  if (canonicalJson(model.prices ?? NO_PRICES) === canonicalJson(prices)) return;
  const live = await stores.rollouts.findLive(model.id);
  if (live && judgesCost(policyOf(live)))
    throw new DomainError(
      'conflict',
      'rollout_running',
      `Rollout ${live.id} of version ${live.version} runs, and its gates count money by the present prices. Wait for its end, or abort it.`,
    );
  const isNone = hasNone(prices);
  if (isNone && asksForPrices(model))
    throw new DomainError(
      'conflict',
      'prices_needed',
      "The model's policy has a gate cost_mean, which needs prices. Take the gate out first (PUT /api/v1/models/{model}/policy), or give other prices.",
    );
  const kept = isNone ? null : prices;
  const queue = await stores.rollouts.queued(model.id);
  for (const waiting of queue) {
    const lacks = whyUnpriced(waiting, { ...model, prices: kept });
    // One that could not start before either stands in nobody's way: prices may come one by one.
    if (lacks === null || whyUnpriced(waiting, model) !== null) continue;
    throw new DomainError(
      'conflict',
      'prices_needed',
      `Rollout ${waiting.id} of version ${waiting.version} waits to start, and its gates judge money: by these prices it could not. Give prices for the version and for the primary, or abort it.`,
    );
  }
  await stores.models.update(model.id, { prices: kept });
  const event = { modelId: model.id, rolloutId: null, type: 'model.prices_replaced', actor };
  const hashes = { before: documentHash(model.prices), after: documentHash(kept) };
  await stores.events.append({ ...event, data: { prices: kept, ...hashes } });
  // It may have waited for them.
  if (queue[0]) await stores.agenda.wake(queue[0].id);
}

const hasNone = ({ usual, versions }: ModelPrices): boolean =>
  usual === null && Object.keys(versions).length === 0;

/** A policy that was stored by other rules and is none any more asks for nothing that could be given. */
function asksForPrices(model: ModelRecord): boolean {
  try {
    return judgesCost(parseKeptPolicy(effectivePolicy(model)));
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}

/** @throws DomainError `prices_missing` for a model's policy that judges money where nobody has said any prices */
export function assertPolicyPriced(policy: Policy, model: Pick<ModelRecord, 'name' | 'prices'>): void {
  if (model.prices === null) assertPriced(policy, model, []);
}

/**
 * Why a rollout that waits could not be judged if it started now: beside the primary of this day, by the prices of this day.
 * @returns in words; `null`: nothing is missing
 */
export function whyUnpriced(
  rollout: Pick<RolloutRecord, 'version' | 'policy' | 'policyHash'>,
  model: Pick<ModelRecord, 'name' | 'prices' | 'primary'>,
): string | null {
  // A first version has nothing to be compared with.
  if (model.primary === null) return null;
  try {
    assertPriced(policyOf(rollout), model, [rollout.version, model.primary]);
    return null;
  } catch (error) {
    if (error instanceof DomainError) return error.detail;
    throw error;
  }
}

/**
 * A gate on money has no data without prices, of either version: whoever releases hears it at once.
 * @param versions that would be compared; empty: any
 * @throws DomainError `prices_missing`, `price_of_nothing`
 */
export function assertPriced(
  policy: Policy,
  { name, prices }: Pick<ModelRecord, 'name' | 'prices'>,
  versions: readonly number[],
): void {
  for (const [at, gate] of policy.gates.entries())
    if (isCostGate(gate)) assertGatePriced(gate, at, { name, prices }, versions);
}

function assertGatePriced(
  gate: Policy['gates'][number],
  at: number,
  { name, prices }: Pick<ModelRecord, 'name' | 'prices'>,
  versions: readonly number[],
): void {
  const lacking = versions.filter((version) => pricesOf(prices, version) === null);
  if (lacking.length > 0 || prices === null) {
    const whose =
      prices === null ? 'the model has none' : `version ${lacking.join(' and version ')} of it has none`;
    throw new DomainError(
      'invalid',
      'prices_missing',
      `The gate "${gate.name}" judges what answers cost, and that needs prices: ${whose}. Set them with PUT /api/v1/models/${name}/prices, such as {"input": 2.5, "output": 10} for a million tokens each (understudy prices set ${name} FILE), or leave the gate out.`,
      [{ pointer: `/policy/gates/${at}`, detail: 'cost_mean without prices' }],
    );
  }
  const [, primary] = versions;
  const margin = isUsageGate(gate) && 'ratio' in gate.margin;
  if (primary === undefined || !margin || !isFree(pricesOf(prices, primary))) return;
  throw new DomainError(
    'invalid',
    'price_of_nothing',
    `The gate "${gate.name}" allows a multiple of what the primary costs, and version ${primary} costs nothing by its prices. Write maxIncrease (an amount) instead of maxIncreaseRatio or minRatio, or set the primary's prices.`,
    [{ pointer: `/policy/gates/${at}`, detail: 'a multiple of nothing' }],
  );
}

const isFree = (prices: TokenPrices | null): boolean =>
  prices !== null && prices.input === 0 && prices.output === 0 && (prices.cachedInput ?? 0) === 0;

/** What gateways must know of prices to judge these versions by a policy. */
export function pricesRead(
  policy: Policy,
  prices: ModelPrices | null,
  versions: readonly number[],
): NonNullable<Reading['prices']> {
  if (!judgesCost(policy)) return [];
  return [...new Set(versions)].flatMap((version) => {
    const found = pricesOf(prices, version);
    return found === null ? [] : [{ version, ...found }];
  });
}
