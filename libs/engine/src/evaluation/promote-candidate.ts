import { firstPhase } from '#libs/rollout';
import type { RouteCandidate } from '#libs/traffic';
import { awakenNext } from '../rollouts/end-rollout.ts';
import { movePrimaryBack, movePrimaryForward } from '../rollouts/primary-history.ts';
import { byHand } from '../rollouts/by-hand.ts';
import { onTrial, Probes, type Sendable } from '../readiness/probes.ts';
import { ringsOf } from '../routing/rings-of.ts';
import { lastKnownTarget, publishRoute, readingFor, saltOf } from '../routing/publish-route.ts';
import type { RolloutPatch, Stores } from '../ports/ports.ts';
import type { ModelRecord } from '../ports/records.ts';
import { type Applying, record, type Verdict } from './verdict.ts';
import { readyTarget, firstTraffic } from './advance-rollout.ts';

/** Makes the candidate primary: into its bake, or at once into `succeeded` where there is none. */
export async function promote({ stores, model, verdict, to, now }: Applying): Promise<boolean> {
  const { rollout, policy } = verdict;
  const target = await readyTarget(stores, model, verdict);
  if (!target) return false;
  const bakeAt = policy.steps.findIndex((step) => step.kind === 'bake');
  const bake = rollout.from === null ? undefined : policy.steps[bakeAt];
  const moved: RolloutPatch = bake
    ? {
        ...{ state: 'baking', stepIndex: bakeAt, stepStartedAt: null, clockStoppedAt: null },
        startPhase: firstPhase(policy, bakeAt, false),
        ...(await firstTraffic(stores, rollout, policy, bakeAt)),
        ...byHand(verdict),
      }
    : { state: 'succeeded', endedAt: now };
  if (!(await to(moved))) return false;
  const after =
    rollout.intent === 'rollback'
      ? await movePrimaryBack(stores, model, rollout.version)
      : await movePrimaryForward(stores, model, rollout.version, bake === undefined);
  const heldBack = await heldBackOf(stores, model, verdict, bakeAt);
  await publishRoute(stores, after, {
    primary: target,
    candidate: heldBack?.candidate ?? null,
    rolloutId: bake ? rollout.id : null,
    stepIndex: bake ? bakeAt : null,
    salt: saltOf(model, rollout.id, policy),
    reading: bake ? await readingFor(stores, model, rollout.version, policy) : null,
  });
  await record(stores, verdict, 'rollout.promoted', {
    from: model.primary,
    // A rollback that is said again after the engine has carried it out is known by this.
    ...(rollout.intent === 'rollback' && { intent: rollout.intent }),
    ...(heldBack && { heldBack: heldBack.candidate !== null }),
  });
  if (heldBack?.candidate === null)
    await record(stores, { ...verdict, look: null }, 'rollout.hold_back_missing', {
      from: rollout.from,
      because: heldBack.because,
    });
  if (bake) {
    await stores.agenda.wake(rollout.id);
  } else {
    await record(stores, { ...verdict, look: null }, 'rollout.succeeded');
    await awakenNext(stores, after);
  }
  return true;
}

type HeldBack =
  | { readonly candidate: Sendable<RouteCandidate> }
  /** The bake's gates have nobody to compare with: this says why. */
  | { readonly candidate: null; readonly because: string };

/** The old primary, for units that the bake keeps on it to compare with; `null`: it keeps none. */
async function heldBackOf(
  stores: Stores,
  model: ModelRecord,
  { rollout, policy, probes = Probes.NONE }: Verdict,
  stepIndex: number,
): Promise<HeldBack | null> {
  const step = policy.steps[stepIndex];
  if (rollout.from === null || step?.kind !== 'bake' || step.holdBack <= 0) return null;
  const known = await lastKnownTarget(stores, model, rollout.from);
  const old = known && probes.target(known);
  if (!old) {
    const why = known ? `it ${probes.why(rollout.from)}` : 'it has no server any more';
    return { candidate: null, because: `no units are held back on version ${rollout.from}: ${why}` };
  }
  const route = await stores.routes.find(model.id);
  const rings = route ? await ringsOf(stores, { model, route, rollout, policy, stepIndex }) : {};
  return { candidate: onTrial(old, { mode: 'canary', weight: step.holdBack, heldBack: true, ...rings }) };
}
