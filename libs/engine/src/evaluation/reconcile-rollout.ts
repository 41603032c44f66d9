import type { Instant } from '#libs/kernel';
import { isLive, isSourceGate, sendsCallers, type ChecksStep, type Decision } from '#libs/rollout';
import type { RouteTarget } from '#libs/traffic';
import { applyDecision } from './apply-decision.ts';
import { type Verdict, verdictOf } from './verdict.ts';
import { checkMaterial } from '../checks/check-material.ts';
import { type CheckPorts, makeChecks } from '../checks/make-checks.ts';
import { dequeue } from '../queue/dequeue.ts';
import { crossingOf } from '../groups/crossing.ts';
import { crossTogether, withItsGroup } from '../groups/cross-together.ts';
import { goesForward, lookAt, type Evaluation } from './look.ts';
import { lockModel } from '../registry/lookup.ts';
import type { MetricSource, Stores, UnitOfWork } from '../ports/ports.ts';
import { noteWait } from './note-wait.ts';
import {
  answering,
  type ProbePorts,
  probeTargets,
  type WaysBack,
  waysBack,
} from '../routing/proven-primary.ts';
import { heldByEnvironment } from '../routing/proven-before.ts';
import { targetsOf } from '../readiness/assert-ready.ts';
import { lookAfter } from '../primary/look-after.ts';
import { Probes } from '../readiness/probes.ts';
import { withProbes } from '../readiness/with-probes.ts';
import { routeTarget } from '../routing/publish-route.ts';
import { readSources } from '../evidence/read-sources.ts';
import type { RolloutRecord } from '../ports/records.ts';
import { keepStartPhase } from './start-phase.ts';
import { keepClock } from './step-clock.ts';
import { policyOf } from '../settings/policy-of.ts';
import { keepValueBounds } from '../evidence/value-bounds.ts';
import { takeOverBake } from '../queue/take-over-bake.ts';

/** What looking at a rollout may reach out with; all of it is used outside transactions. */
export interface ReconcilePorts {
  readonly uow: UnitOfWork;
  readonly checks: CheckPorts;
  readonly sources: MetricSource;
  /** The checks that are under way in this process, by rollout and revision: they take minutes, and are made once. One set for all looks. */
  readonly checksUnderWay: Set<string>;
}

/**
 * One look at a rollout: load, decide, apply. Level-triggered: it may be called at any time, any
 * number of times, by any number of workers; compare-and-swap on the revision lets one of them win.
 * Checks that are still to be made, and metric sources that are due, are asked first.
 * @returns what was decided and when, or `null` when there was nothing to decide or somebody else moved first
 */
export async function reconcileRollout(
  ports: ReconcilePorts,
  rolloutId: string,
): Promise<(Decision & { readonly at: Instant }) | null> {
  const asked = { uow: ports.uow, serving: ports.checks.serving };
  let seen = await look(ports.uow, rolloutId);
  if (!seen && (await takeOverBake(asked, rolloutId))) seen = await look(ports.uow, rolloutId);
  if (seen && (await reachOut(ports, seen))) seen = await look(ports.uow, rolloutId);
  if (!seen) return null;
  seen = await withItsGroup(ports.uow, seen);
  const crossing = seen.rollout.groupId === null ? null : crossingOf(seen.decision, seen.rollout.state);
  const isDone =
    crossing === null ? await carryOutAlone(asked, seen) : await crossTogether(asked, seen, crossing);
  return isDone ? { ...seen.decision, at: seen.now } : null;
}

async function carryOutAlone(asked: ProbePorts, seen: Evaluation): Promise<boolean> {
  const targets = targetsOf(seen.rollout, seen.decision, seen.view.policy);
  const { model, version, state } = seen.rollout;
  const wasDone = await withProbes(
    async () => (targets === null ? Probes.NONE : probeTargets(asked, model, targets)),
    (probes) => carryOut(asked.uow, seen, probes),
  );
  if (wasDone && seen.decision.kind === 'rollback' && state === 'baking')
    await lookAfter(asked, model, { primary: version, proven: false });
  return wasDone;
}

/** Everything that a decision looks at, at one instant of the database's clock, and the decision. */
export async function look(uow: UnitOfWork, rolloutId: string): Promise<Evaluation | null> {
  return uow.run(async (stores) => {
    const found = await stores.rollouts.find(rolloutId);
    if (!found || !isLive(found.state)) return null;
    const dequeued = found.queued ? await dequeue(stores, found) : found;
    // Before the clock: a gateway's evidence comes with its acknowledgement, so evidence of a step that
    // is seen here is seen with its step started. The other way round a batch could come in between.
    const evidence = await stores.evidence.ofRollout(rolloutId);
    const ticking = dequeued && (await keepClock(stores, dequeued, policyOf(dequeued)));
    const phased = ticking && (await keepStartPhase(stores, ticking, policyOf(ticking)));
    const rollout = phased && (await keepValueBounds(stores, phased, policyOf(phased), evidence));
    return rollout && lookAt(stores, rollout, evidence);
  });
}

/**
 * Applies what was decided, unless somebody else has moved the rollout since it was looked at. A rollback out
 * of a bake steps over what is not ready; where nothing is, the primary serves on and is tried again. A version
 * that is not ready gets no callers: the rollout says so, and is tried again at the next look.
 * @param probes what the servers that callers would be sent to said a moment ago
 */
export async function carryOut(
  uow: UnitOfWork,
  seen: Evaluation,
  probes: Probes = Probes.NONE,
): Promise<boolean> {
  return uow.run(async (stores) => {
    const model = await lockModel(stores, seen.rollout.model);
    const verdict = { ...verdictOf(seen), probes };
    if (seen.decision.kind === 'rollback' && seen.rollout.state === 'baking') {
      const ways = await waysBack(stores, model);
      if (!answering(ways, probes)) return waitForAnswer(stores, verdict, ways, seen.byGroup ?? false);
    }
    const held = goesForward(seen) ? await heldByEnvironment(stores, model, seen.rollout) : null;
    if (held !== null) return noteWait(stores, verdict, 'environment', `it waits: ${held}`);
    const target = sendsCallers(seen.decision, verdict.policy)
      ? await routeTarget(stores, model, seen.rollout.version)
      : null;
    const takes = (of: RouteTarget): boolean =>
      seen.rollout.intent === 'rollback' ? probes.isUp(of) : probes.isReady(of);
    if (target && !takes(target))
      return noteWait(
        stores,
        verdict,
        'server',
        `version ${target.version} gets no callers: it ${probes.why(target.version)}`,
      );
    return applyDecision(stores, model, verdict);
  });
}

/** A bake that must not go on, and nowhere to go back to. @param isBroken its release group has failed: no word keeps its members */
function waitForAnswer(
  stores: Stores,
  verdict: Verdict,
  { there }: WaysBack,
  isBroken: boolean,
): Promise<boolean> {
  const numbers = there.map(({ version }) => version.version).join(', ') || 'none';
  const { version, model, groupId } = verdict.rollout;
  const keeps = isBroken
    ? `or have an admin promote another version of ${model} (POST /api/v1/models/${model}/promote)`
    : groupId !== null
      ? `or end the bakes of its release group: finish keeps all of its versions (POST /api/v1/release-groups/${groupId}/finish)`
      : `or end the bake: skip keeps version ${version}`;
  const waits = `version ${version} goes on serving, because of the proven primaries before it (${numbers}) none answers; start one of them, ${keeps}`;
  return noteWait(stores, verdict, 'way_back', waits);
}

/** @returns whether something was found out, so that it is worth looking again */
async function reachOut(ports: ReconcilePorts, seen: Evaluation): Promise<boolean> {
  const { rollout, view, decision } = seen;
  const step = view.policy.steps[rollout.stepIndex];
  if (rollout.state === 'running' && step?.kind === 'checks' && rollout.checks === null)
    return checkOnce(ports, rollout, step);
  // Also while it is paused: harm is acted on then too, and a source that was away is seen to be back.
  if (rollout.state !== 'pending' && decision.kind !== 'rollback' && view.policy.gates.some(isSourceGate))
    return readSources(ports.uow, ports.sources, rollout, seen);
  return false;
}

/** Makes the checks once: a look that comes meanwhile at the same revision judges without them. One that was moved by hand since is another. */
async function checkOnce(ports: ReconcilePorts, rollout: RolloutRecord, step: ChecksStep): Promise<boolean> {
  const one = `${rollout.id} ${rollout.revision}`;
  if (ports.checksUnderWay.has(one)) return false;
  ports.checksUnderWay.add(one);
  try {
    return await makeAndStore(ports, rollout, step);
  } finally {
    ports.checksUnderWay.delete(one);
  }
}

async function makeAndStore(
  { uow, checks }: ReconcilePorts,
  rollout: RolloutRecord,
  step: ChecksStep,
): Promise<boolean> {
  const material = await uow.run(async (stores) => {
    const model = await stores.models.find(rollout.model);
    return model && checkMaterial(stores, model, rollout, step);
  });
  if (!material) return false;
  const results = await makeChecks(checks, material);
  return uow.run((stores) => storeChecks(stores, rollout, results));
}

async function storeChecks(
  stores: Stores,
  rollout: RolloutRecord,
  checks: NonNullable<RolloutRecord['checks']>,
): Promise<boolean> {
  await lockModel(stores, rollout.model);
  if (!(await stores.rollouts.transition(rollout.id, rollout.revision, { checks }))) return false;
  await stores.events.append({
    modelId: rollout.modelId,
    rolloutId: rollout.id,
    type: 'rollout.checked',
    actor: 'engine',
    data: { version: rollout.version, step: rollout.stepIndex, checks },
  });
  return true;
}
