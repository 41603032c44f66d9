import { formatInstant } from '#libs/kernel';
import { type Policy, trafficStepAt } from '#libs/rollout';
import type { Reading, RouteCandidate, RouteTarget } from '#libs/traffic';
import { assertFresh, type Sendable } from '../readiness/probes.ts';
import { lastKnownAddress, servingAddress } from '../registry/lookup.ts';
import type { Stores } from '../ports/ports.ts';
import { policyOf } from '../settings/policy-of.ts';
import { pricesRead } from '../settings/prices.ts';
import { readingOf } from './reading-of.ts';
import type { ModelRecord } from '../ports/records.ts';

/** What a route should say from now on. */
export interface RouteChange {
  readonly primary: Sendable;
  readonly candidate: Sendable<RouteCandidate> | null;
  readonly rolloutId: string | null;
  /** Where the rollout stands. The evidence of the route is counted to the step whose traffic it is: at an approval, that before it. */
  readonly stepIndex: number | null;
  /** What units are drawn by (`saltOf`), where a rollout first sends traffic; later steps keep it. Left out: the model's. */
  readonly salt?: string;
  /** What gateways read for the rollout's gates; left out: nothing but the output spec. */
  readonly reading?: Reading | null;
}

/** Writes the next route revision of a model, whose lock the caller holds. */
export async function publishRoute(stores: Stores, model: ModelRecord, change: RouteChange): Promise<void> {
  const current = await stores.routes.find(model.id);
  const { candidate } = change;
  const now = await stores.now();
  assertFresh(change.primary, now);
  if (candidate) assertFresh(candidate, now);
  // While a rollout has a candidate, nobody moves for any other reason than its weight.
  const kept = current?.candidate && current.rolloutId === change.rolloutId ? current.salt : undefined;
  const specOf = async (version: number) =>
    (await stores.versions.find(model.id, version))?.outputSpec ?? null;
  const { retirement } = model;
  const rollout = change.rolloutId === null ? null : await stores.rollouts.find(change.rolloutId);
  const stepIndex =
    rollout === null || change.stepIndex === null
      ? change.stepIndex
      : trafficStepAt(policyOf(rollout), change.stepIndex);
  await stores.routes.save(
    model.id,
    {
      model: model.name,
      primary: change.primary,
      candidate: candidate && { ...candidate, outputSpec: await specOf(candidate.version) },
      salt: kept ?? change.salt ?? model.salt,
      revision: 1 + (current?.revision ?? (await stores.routes.lastRevisionNamed(model.name))),
      rolloutId: change.rolloutId,
      outputSpec: await specOf(change.primary.version),
      reading: change.reading ?? null,
      ...(model.callers === null ? {} : { callers: model.callers }),
      ...(retirement === null
        ? {}
        : { retired: { reason: retirement.reason, since: formatInstant(retirement.at) } }),
    },
    stepIndex,
    stepIndex === null ? null : (rollout?.startPhase ?? null),
  );
}

/**
 * What the units of a rollout are drawn by. A salt of its own for each, or the same tenth of the users would be the first
 * to meet every candidate; the model's, where the policy wants the same users each time.
 */
export const saltOf = (model: ModelRecord, rolloutId: string, policy: Pick<Policy, 'units'>): string =>
  policy.units === 'stable' ? model.salt : `${model.salt}:${rolloutId}`;

/** What gateways read while this version is on trial by this policy. */
export async function readingFor(
  stores: Stores,
  model: ModelRecord,
  version: number,
  policy: Policy,
): Promise<Reading | null> {
  const baseline = (await stores.versions.find(model.id, version))?.baseline ?? null;
  const compared = model.primary === null ? [version] : [version, model.primary];
  return readingOf(policy, baseline, pricesRead(policy, model.prices, compared));
}

/** Where a version answers now, as a route target; `null` while it does not run. */
export async function routeTarget(
  stores: Stores,
  model: ModelRecord,
  version: number,
): Promise<RouteTarget | null> {
  return target(stores, model, version, servingAddress);
}

/** Like `routeTarget`, but an address that is restarting is good enough: a rollback does not wait. */
export async function lastKnownTarget(
  stores: Stores,
  model: ModelRecord,
  version: number,
): Promise<RouteTarget | null> {
  return target(stores, model, version, lastKnownAddress);
}

async function target(
  stores: Stores,
  model: ModelRecord,
  version: number,
  address: typeof servingAddress,
): Promise<RouteTarget | null> {
  const record = await stores.versions.find(model.id, version);
  const place = record && address(record, await stores.deployments.find(model.id, version));
  return place && { version, ...place };
}
