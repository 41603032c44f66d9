import { assertNever } from '#libs/kernel';
import {
  firstPhase,
  isRing,
  trafficStepAt,
  type Decision,
  type Look,
  type Policy,
  type Step,
} from '#libs/rollout';
import { voidStaleApprovals } from '../rollouts/approvals.ts';
import { ENGINE } from '../access/engine-actor.ts';
import { awakenNext, endRollout, movePrimaryBack, movePrimaryForward } from '../rollouts/end-rollout.ts';
import { blockedBy, type Looked } from './look.ts';
import { byHand } from '../rollouts/by-hand.ts';
import { onTrial, Probes, type Sendable, staying } from '../readiness/probes.ts';
import { ringsOf } from '../routing/rings-of.ts';
import { lastKnownTarget, publishRoute, readingFor, routeTarget, saltOf } from '../routing/publish-route.ts';
import { isCold } from './start-phase.ts';
import type { RolloutPatch, Stores } from '../ports/ports.ts';
import type { NotedCommand } from '../rollouts/repeated-command.ts';
import type { ModelRecord, RolloutRecord } from '../ports/records.ts';
import { verdictsDiffer } from './triage.ts';

/** A decision on its way into the database. */
export interface Verdict {
  readonly rollout: RolloutRecord;
  readonly policy: Policy;
  readonly decision: Decision;
  /** What it rests on, kept with the event so that it can be replayed; `null` for a person's word. */
  readonly look: Look | null;
  readonly actor: string;
  /** What the servers that callers may be sent to said a moment ago; left out: nobody was asked. */
  readonly probes?: Probes;
  /** A person's command, and the step at which it found the rollout: a repeat of it is known by them. */
  readonly command?: { readonly command: NotedCommand; readonly commandAt: number };
}

export function verdictOf({ rollout, view, evidence, now, decision, byGroup }: Looked): Verdict {
  const { policy, ...rest } = view;
  return { rollout, policy, decision, look: byGroup ? null : { view: rest, evidence, now }, actor: ENGINE };
}

/**
 * Writes a decision: state, route, event and wake-up in the caller's transaction, which holds the
 * model's lock. Nothing is written when the rollout's revision is no longer the one decided on.
 * @returns whether the decision was applied
 */
export async function applyDecision(stores: Stores, model: ModelRecord, verdict: Verdict): Promise<boolean> {
  const { rollout, decision } = verdict;
  const now = await stores.now();
  const noted: RolloutPatch = {
    verdicts: decision.verdicts,
    decision: { kind: decision.kind, because: decision.because, at: now, revision: rollout.revision },
  };
  const to = (patch: RolloutPatch): Promise<boolean> =>
    stores.rollouts.transition(rollout.id, rollout.revision, { ...noted, ...patch });
  switch (decision.kind) {
    case 'hold':
      if (!(await stores.rollouts.note(rollout.id, rollout.revision, noted))) return false;
      if (verdictsDiffer(rollout, decision)) await record(stores, verdict, 'rollout.judged');
      return true;
    case 'pause':
      if (rollout.state === 'baking') return leaveBakeToAPerson(stores, verdict, noted);
      if (!(await to({ state: 'paused', ...pausedFor(rollout, decision.fault) }))) return false;
      await record(stores, verdict, 'rollout.paused');
      return true;
    case 'rollback':
      if (!(await stores.rollouts.note(rollout.id, rollout.revision, noted))) return false;
      await endRollout(stores, model, rollout, {
        state: 'rolled_back',
        because: decision.because,
        actor: verdict.actor,
        verdicts: decision.verdicts,
        look: verdict.look,
        probes: verdict.probes ?? Probes.NONE,
      });
      return true;
    case 'promote':
      if (await mustWait(stores, rollout)) return false;
      if (await voidStaleApprovals(stores, model, rollout, verdict.actor === ENGINE)) return false;
      return promote(stores, model, verdict, to, now);
    case 'advance':
      if (await mustWait(stores, rollout)) return false;
      if (await voidStaleApprovals(stores, model, rollout, verdict.actor === ENGINE)) return false;
      return advance(stores, model, verdict, decision.toStep, to, now);
    default:
      return assertNever(decision);
  }
}

/** A bake that its policy leaves to a person goes on, watched, and may end by itself yet; that it waits is told once. */
async function leaveBakeToAPerson(
  stores: Stores,
  verdict: Verdict,
  noted: Pick<RolloutPatch, 'verdicts' | 'decision'>,
): Promise<boolean> {
  const { rollout, decision } = verdict;
  if (!(await stores.rollouts.note(rollout.id, rollout.revision, noted))) return false;
  if (rollout.decision?.kind !== 'pause') await record(stores, verdict, 'rollout.waits');
  else if (verdictsDiffer(rollout, decision)) await record(stores, verdict, 'rollout.judged');
  return true;
}

/** So that whoever resumes it is not stopped by the same again; and by nothing else that they have not seen. */
function pausedFor({ faults, stepIndex: step }: RolloutRecord, fault: string | undefined): RolloutPatch {
  if (fault === undefined) return {};
  const others = faults.filter((one) => one.step !== step || one.fault !== fault);
  return { faults: [...others, { step, fault, accepted: false }] };
}

/** Where the version on trial answers, if it was found ready there a moment ago; of one that is gone back to, half of its replicas. */
async function readyTarget(
  stores: Stores,
  model: ModelRecord,
  { rollout, probes = Probes.NONE }: Verdict,
): Promise<Sendable | null> {
  const target = await routeTarget(stores, model, rollout.version);
  return target && (rollout.intent === 'rollback' ? probes.wayBack(target) : probes.target(target));
}

type Transition = (patch: RolloutPatch) => Promise<boolean>;

async function advance(
  stores: Stores,
  model: ModelRecord,
  verdict: Verdict,
  toStep: number,
  to: Transition,
  now: number,
): Promise<boolean> {
  const { rollout, policy } = verdict;
  const step = policy.steps[toStep];
  if (!step) return succeed(stores, model, verdict, to, now);
  const entered: RolloutPatch = {
    ...{ stepIndex: toStep, clockStoppedAt: null, checks: rollout.checks },
  };
  switch (step.kind) {
    case 'checks':
      if (!(await to({ ...entered, state: 'running', stepStartedAt: now, checks: null }))) return false;
      break;
    case 'approval':
      if (!(await to({ ...entered, ...byHand(verdict), state: 'awaiting_approval', stepStartedAt: now })))
        return false;
      break;
    case 'bake':
      throw new Error('bake is entered by promotion only');
    case 'shadow':
    case 'canary': {
      const route = await stores.routes.find(model.id);
      const target = await readyTarget(stores, model, verdict);
      // Not ready, or it stopped running between the decision and now: the next look decides anew.
      if (!target || !route) return false;
      const rings = await ringsOf(stores, { model, route, rollout, policy, stepIndex: toStep });
      const startPhase = firstPhase(policy, toStep, await isCold(stores, rollout, now));
      const attempt = await firstTraffic(stores, rollout, policy, toStep);
      if (!(await to({ ...entered, ...attempt, startPhase, state: 'running', stepStartedAt: null })))
        return false;
      await publishRoute(stores, model, {
        primary: staying(route).primary,
        candidate: onTrial(target, { mode: step.kind, weight: isRing(step) ? 0 : weightOf(step), ...rings }),
        rolloutId: rollout.id,
        stepIndex: toStep,
        salt: saltOf(model, rollout.id, policy),
        reading: await readingFor(stores, model, rollout.version, policy),
      });
    }
  }
  const traffic =
    step.kind === 'shadow' || step.kind === 'canary'
      ? { weight: weightOf(step), ...(isRing(step) ? { segments: step.ring } : {}) }
      : {};
  await record(stores, verdict, 'rollout.advanced', { step: toStep, mode: step.kind, ...traffic });
  await stores.agenda.wake(rollout.id);
  return true;
}

/**
 * Which try of its artifact a rollout is, said when it first sends traffic: others that were asked for before it, and waited beside it, have
 * spent their part by then.
 */
async function firstTraffic(
  stores: Stores,
  { modelId, version, attempt }: RolloutRecord,
  policy: Policy,
  toStep: number,
): Promise<RolloutPatch> {
  // One of before tries were counted has the whole budget.
  if (attempt === null || trafficStepAt(policy, toStep - 1) !== null) return {};
  return { attempt: 1 + (await stores.rollouts.triesOf(modelId, version)) };
}

const weightOf = (step: Extract<Step, { kind: 'shadow' | 'canary' }>): number =>
  step.kind === 'shadow' ? step.sample : step.weight;

async function succeed(
  stores: Stores,
  model: ModelRecord,
  verdict: Verdict,
  to: Transition,
  now: number,
): Promise<boolean> {
  if (!(await to({ state: 'succeeded', endedAt: now }))) return false;
  await stores.models.proveTerm(model.id);
  const route = await stores.routes.find(model.id);
  if (route)
    await publishRoute(stores, model, {
      primary: staying(route).primary,
      candidate: null,
      rolloutId: null,
      stepIndex: null,
    });
  await record(stores, verdict, 'rollout.succeeded');
  await awakenNext(stores, model);
  return true;
}

async function promote(
  stores: Stores,
  model: ModelRecord,
  verdict: Verdict,
  to: Transition,
  now: number,
): Promise<boolean> {
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
  const holdBack = bake?.kind === 'bake' ? bake.holdBack : 0;
  const known =
    holdBack > 0 && rollout.from !== null ? await lastKnownTarget(stores, model, rollout.from) : null;
  const old = known && (verdict.probes ?? Probes.NONE).target(known);
  const before = await stores.routes.find(model.id);
  const rings =
    before && old ? await ringsOf(stores, { model, route: before, rollout, policy, stepIndex: bakeAt }) : {};
  await publishRoute(stores, after, {
    primary: target,
    candidate: old && onTrial(old, { mode: 'canary', weight: holdBack, heldBack: true, ...rings }),
    rolloutId: bake ? rollout.id : null,
    stepIndex: bake ? bakeAt : null,
    salt: saltOf(model, rollout.id, policy),
    reading: bake ? await readingFor(stores, model, rollout.version, policy) : null,
  });
  const heldBack = holdBack > 0 && rollout.from !== null ? { heldBack: old !== null } : {};
  await record(stores, verdict, 'rollout.promoted', { from: model.primary, ...heldBack });
  // The bake's gates have nobody to compare with: this says why.
  if (holdBack > 0 && rollout.from !== null && !old)
    await record(stores, { ...verdict, look: null }, 'rollout.hold_back_missing', {
      from: rollout.from,
      because: `no units are held back on version ${rollout.from}: ${known ? `it ${(verdict.probes ?? Probes.NONE).why(rollout.from)}` : 'it has no server any more'}`,
    });
  if (bake) {
    await stores.agenda.wake(rollout.id);
  } else {
    await record(stores, { ...verdict, look: null }, 'rollout.succeeded');
    await awakenNext(stores, after);
  }
  return true;
}

/**
 * Two rollouts of models that feed each other must not leave `pending` side by side: whoever comes
 * here first goes on, the other one finds it under way.
 */
async function mustWait(stores: Stores, rollout: RolloutRecord): Promise<boolean> {
  if (rollout.state !== 'pending') return false;
  // Members of a group start in one transaction: what each of them would take could go round in a circle.
  if (rollout.groupId === null) await stores.relations.exclude(rollout);
  else await stores.relations.excludeAll();
  return (await blockedBy(stores, rollout)) !== null;
}

/** One event of a rollout, with the verdicts that it rests on. */
async function record(
  stores: Stores,
  { rollout, decision, look, actor, command }: Verdict,
  type: string,
  more: Record<string, unknown> = {},
): Promise<void> {
  await stores.events.append({
    modelId: rollout.modelId,
    rolloutId: rollout.id,
    type,
    actor,
    data: {
      version: rollout.version,
      decision: decision.kind,
      because: decision.because,
      verdicts: decision.verdicts,
      look,
      ...command,
      ...more,
    },
  });
}
