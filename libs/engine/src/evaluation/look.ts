import { approvedBy } from '../rollouts/approvals.ts';
import {
  decide,
  needsProfile,
  type Decision,
  type Evidence,
  type Policy,
  type Profile,
  type RolloutView,
} from '#libs/rollout';
import { formatInstant, type Instant } from '#libs/kernel';
import type { Stores } from '../ports/ports.ts';
import type { DeploymentRecord, ModelRecord, RolloutRecord, VersionRecord } from '../ports/records.ts';
import { policyOf } from '../settings/policy-of.ts';
import { profileOf } from '../routing/reading-of.ts';
import { heldBy } from '../queue/related-rollouts.ts';
import { gatewaysBehind } from './step-clock.ts';

/** A rollout at one instant of the database's clock: everything that its decision rests on. */
export interface Evaluation {
  readonly rollout: RolloutRecord;
  readonly view: RolloutView;
  readonly evidence: Evidence;
  readonly now: Instant;
  readonly decision: Decision;
  /** The decision is its release group's, and does not rest on what was seen here. */
  readonly byGroup?: true;
}

/** Loads what a decision needs besides the evidence, and decides. */
export async function lookAt(
  stores: Stores,
  rollout: RolloutRecord,
  evidence: Evidence,
): Promise<Evaluation> {
  const deployment = await stores.deployments.find(rollout.modelId, rollout.version);
  const pending = rollout.state === 'pending' ? await pendingMatters(stores, rollout) : NOTHING_PENDING;
  const profile = await profileFor(stores, rollout);
  const isUnstarted = rollout.stepStartedAt === null && rollout.state !== 'pending';
  const gateways = isUnstarted ? await gatewaysBehind(stores, rollout, policyOf(rollout)) : null;
  const routedAt = isUnstarted ? await stores.routes.stepRoutedAt(rollout) : null;
  const view = {
    ...viewOf(rollout, deployment, pending),
    profile,
    gatewaysBehind: gateways,
    routedAt,
  };
  const now = await stores.now();
  const decision = await unlessOut(stores, rollout, decide(view, evidence, now));
  return { rollout, view, evidence, now, decision };
}

/**
 * A bake does not end well while its version answers nobody: what its gates have counted is of before, or of a burst in which nothing can be
 * told apart. It goes on, watched; a person may end it.
 */
async function unlessOut(
  stores: Stores,
  { state, modelId, version }: RolloutRecord,
  decision: Decision,
): Promise<Decision> {
  if (state !== 'baking' || decision.kind !== 'advance') return decision;
  const outage = (await stores.outages.ofModels([modelId])).get(modelId);
  // Where other gateways' callers are answered it is one gateway's own trouble, which keeps no bake.
  if (outage?.scope !== 'all' || outage.version !== version) return decision;
  const { since, because } = outage;
  return {
    kind: 'hold',
    because: `the bake is over, and callers of version ${version} are not answered since ${formatInstant(since)} (${because}): it ends well once they are`,
    verdicts: decision.verdicts,
  };
}

/** A bake that ends has been promoted already: what becomes of the environment before is nothing to it any more. */
export const goesForward = ({ decision, rollout }: Evaluation): boolean =>
  (decision.kind === 'advance' || decision.kind === 'promote') && rollout.state !== 'baking';

/** The training data of the version under trial, where a gate is judged against it. */
export async function profileFor(stores: Stores, rollout: RolloutRecord): Promise<Profile | null> {
  if (!needsProfile(policyOf(rollout))) return null;
  return profileOf((await stores.versions.find(rollout.modelId, rollout.version))?.baseline ?? null);
}

/** What matters only before the first step. */
export type PendingMatters = Pick<RolloutView, 'blockedBy' | 'lastGoodPrimaryAt'>;
export const NOTHING_PENDING: PendingMatters = { blockedBy: null, lastGoodPrimaryAt: null };

async function pendingMatters(stores: Stores, rollout: RolloutRecord): Promise<PendingMatters> {
  const lastGoodPrimaryAt = await stores.models.lastGoodTermEnd(rollout.modelId, rollout.version);
  return { lastGoodPrimaryAt, blockedBy: await blockedBy(stores, rollout) };
}

/**
 * Why a pending rollout must wait for another model's, in words; `null` when it need not. A release group takes these places too as a
 * whole: before the first of it goes on, nothing holds any of it; from then on all of it holds others (`RelationStore.underWay`).
 */
export async function blockedBy(stores: Stores, rollout: RolloutRecord): Promise<string | null> {
  if (rollout.queued) return 'it waits until the rollout before it has ended';
  const own = await heldByRelated(stores, rollout);
  const group = rollout.groupId === null || own !== null ? null : await stores.groups.find(rollout.groupId);
  const members = (group?.members ?? []).filter(({ endedAt }) => endedAt === null);
  if (members.some(({ state }) => state !== 'pending')) return own;
  for (const member of members) {
    const held = member.id === rollout.id ? null : await heldByRelated(stores, member);
    if (held !== null)
      return `it starts together with its release group: ${member.model} ${member.version}: ${held}`;
  }
  return own;
}

async function heldByRelated(stores: Stores, rollout: RolloutRecord): Promise<string | null> {
  if (policyOf(rollout).dependencies === 'ignore') return null;
  const version = await stores.versions.find(rollout.modelId, rollout.version);
  const upstreams = version?.upstreams.map((upstream) => upstream.model) ?? [];
  return heldBy(await stores.relations.underWay(rollout, upstreams));
}

/** In spite of what a person has resumed it in this step. */
export const acceptedFaults = ({
  faults,
  stepIndex,
}: Pick<RolloutRecord, 'faults' | 'stepIndex'>): string[] =>
  faults.filter((one) => one.accepted && one.step === stepIndex).map((one) => one.fault);

export function viewOf(
  rollout: RolloutRecord,
  deployment: DeploymentRecord | null,
  pending: PendingMatters,
  policy: Policy = policyOf(rollout),
): RolloutView {
  return {
    state: rollout.state,
    stepIndex: rollout.stepIndex,
    stepStartedAt: rollout.stepStartedAt,
    clockStoppedAt: rollout.clockStoppedAt,
    policy,
    hasPrimary: rollout.from !== null,
    deployment: {
      state: deployment === null || deployment.state === 'retired' ? 'starting' : deployment.state,
      message: deployment?.message ?? 'no deployer has taken it up yet',
    },
    checks: rollout.checks,
    approvedBy: approvedBy(rollout),
    attempt: rollout.attempt,
    acceptedFaults: acceptedFaults(rollout),
    ...(rollout.valueBounds && { bounds: rollout.valueBounds }),
    ...pending,
    overridesFreeze: rollout.overridesFreeze,
    ...(rollout.groupId !== null && { inGroup: true }),
  };
}

/** Names of the models that a rollout's model feeds on and feeds, for its record. */
export async function relationsOf(
  stores: Stores,
  model: ModelRecord,
  version: VersionRecord,
): Promise<{ upstreams: VersionRecord['upstreams']; downstreams: readonly string[] }> {
  return { upstreams: version.upstreams, downstreams: await stores.relations.downstreams(model.name) };
}
