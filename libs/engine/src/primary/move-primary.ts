import { applyDecision } from '../evaluation/apply-decision.ts';
import { atOnce, moved, type MovedPrimary } from './at-once.ts';
import { endRollout } from '../rollouts/end-rollout.ts';
import { giveWayToPromotion } from './give-way-to-promotion.ts';
import { lastKnownAddress, lockModel, requireVersion } from '../registry/lookup.ts';
import { reasonPastEnvironment } from '../routing/proven-before.ts';
import { refuseSilence, rollbackTarget, waysBack } from '../routing/proven-primary.ts';
import { assertReady } from '../readiness/assert-ready.ts';
import { Probes } from '../readiness/probes.ts';
import { routeTarget } from '../routing/publish-route.ts';
import { type Promotion, reasonThroughFreeze } from '../release/through-freeze.ts';
import { assertRouteSeen, isRouteAsSeen, type SeenRoute } from './seen-route.ts';
import type { Stores } from '../ports/ports.ts';
import type { ModelRecord, RolloutRecord } from '../ports/records.ts';
import { comesWhenReady, isAdminsWord } from '../rollouts/by-hand.ts';
import { commandDone, doneAlready } from '../rollouts/repeated-command.ts';
import { policyOf } from '../settings/policy-of.ts';
import { assertNotRetired } from '../registry/retired.ts';
import { steppedOver, wayTo } from './way-to.ts';

/** An admin's word. */
export interface AdminWord {
  readonly reason: string;
  readonly actor: string;
  /** What the servers that callers may be sent to said a moment ago (`probeTargets`); `FORCED`: whatever they say. */
  readonly probes?: Probes;
}

/** What whoever rolls back saw. */
export interface SeenPrimary extends SeenRoute {
  /** The version to go back from: primary, or on trial. It has left by now: nothing is done. */
  readonly from?: number | undefined;
  /** The sender has looked by itself, a moment ago: a repeat within ten seconds does nothing all the same. */
  readonly unlessRepeated?: boolean | undefined;
}

/**
 * An admin makes a version primary at once, without steps and without the queue. A version that does not run
 * yet is deployed first. Any other live rollout leaves the traffic; out of a bake the last proven primary comes
 * back first, and is what the promoted version falls back to. What waited in the queue for no date ends (`givesWayToPromotion`).
 * @throws DomainError `changed_meanwhile`; `frozen` where it says that it overrides no freeze; `version_not_ready`; `nobody_answers` when the version must be deployed first and nothing proven answers meanwhile
 */
export async function promoteVersion(
  stores: Stores,
  modelName: string,
  version: number,
  { actor, probes = Probes.NONE, ...word }: AdminWord & SeenRoute & Pick<Promotion, 'overrideFreeze'>,
): Promise<MovedPrimary> {
  const model = await lockModel(stores, modelName);
  assertNotRetired(model);
  const found = await requireVersion(stores, model, version);
  const live = await stores.rollouts.findLive(model.id);
  const already = isPrimaryAlready(model, live, version);
  // A client whose answer was lost says again what it saw before.
  if (already !== null && (live !== null || !(await isRouteAsSeen(stores, model, word))))
    return { primary: version, rollout: live, outcome: already };
  if (live?.version === version && isAdminsWord(live) && !(await isRouteAsSeen(stores, model, word)))
    return { primary: model.primary, rollout: live, outcome: comesWhenReady(version) };
  await assertRouteSeen(stores, model, word);
  const unfrozen =
    already === null ? await reasonThroughFreeze(stores, model, live, { ...word, version }) : word.reason;
  const reason = await reasonPastEnvironment(stores, model, found, unfrozen);
  await assertReady(stores, model, version, probes);
  await giveWayToPromotion(stores, model, { version, hurries: live?.version === version }, actor);
  const because = `admin promotes version ${version}: ${reason}`;
  if (live?.version === version) {
    const decision = { kind: 'promote' as const, because, verdicts: [] };
    const policy = policyOf(live);
    if (await applyDecision(stores, model, { rollout: live, policy, decision, look: null, actor, probes }))
      return moved(stores, live.id, version, `version ${version} is the primary now`);
    if (isAdminsWord(live))
      return { primary: model.primary, rollout: live, outcome: comesWhenReady(version) };
  }
  let after = model;
  if (live) {
    const between = (await takesOverNow(stores, model, version)) ? { routeFollows: true } : { probes };
    after = await endRollout(stores, model, live, { state: 'superseded', because, actor, ...between });
  }
  if (after.primary === version)
    return { primary: version, rollout: null, outcome: `version ${version} is the primary already` };
  const overrideEnvironment = (model.environment?.after ?? null) !== null;
  return atOnce(stores, after, { version, intent: 'release', reason, actor, overrideEnvironment }, probes);
}

/**
 * An admin goes back, at once. Without a version: a candidate in traffic is taken off; a promotion
 * that still bakes is undone; else the last proven primary before this one serves again. Versions that were
 * deleted or do not answer are stepped over, and the outcome says so. Rollback wins: it holds the model's
 * lock, and whatever was decided before it finds another revision.
 * `from` and `revision` say what the admin saw; without them a repeat within seconds is the same word, said twice. While the version that it
 * goes back to is being deployed, the same word is a repeat, however much later.
 * @throws DomainError `changed_meanwhile`; `no_earlier_primary`; `nobody_answers` when nothing that it could go back to is ready
 */
export async function rollBack(
  stores: Stores,
  modelName: string,
  version: number | null,
  word: AdminWord & SeenPrimary,
): Promise<MovedPrimary> {
  const { reason, actor, probes = Probes.NONE } = word;
  const model = await lockModel(stores, modelName);
  assertNotRetired(model);
  const nothing = await nothingToUndo(stores, model, version, word);
  if (nothing !== null) return nothing;
  if (version !== null) await assertAnswers(stores, model, version, probes);
  const live = await stores.rollouts.findLive(model.id);
  const because = `admin rolls back: ${reason}`;
  let after = model;
  if (live) {
    const ways = await waysBack(stores, model);
    const between =
      version !== null && (await takesOverNow(stores, model, version)) ? { routeFollows: true } : { probes };
    const end = { state: 'rolled_back' as const, because, actor, command: 'rollback' as const };
    after = await endRollout(stores, model, live, { ...end, ...between });
    if (version === null || after.primary === version) {
      const serves = after.primary === null ? 'nothing serves' : `version ${after.primary} serves`;
      const over = live.state === 'baking' ? steppedOver(model, ways, after.primary, probes) : '';
      return moved(stores, live.id, after.primary, `version ${live.version} is off; ${serves}${over}`);
    }
  }
  const ways = await waysBack(stores, after);
  const target = version ?? wayTo(after, ways, probes);
  if (target === after.primary)
    return { primary: target, rollout: live, outcome: `version ${target} serves already` };
  const over = version === null ? steppedOver(after, ways, target, probes) : '';
  // Where it never served, it is a release by another name.
  const isForward = !model.primaryHistory.includes(target);
  const said = isForward
    ? await reasonPastEnvironment(stores, model, await requireVersion(stores, model, target), reason)
    : reason;
  const back = await atOnce(
    stores,
    after,
    { version: target, intent: 'rollback', reason: `${said}${over}`, actor },
    probes,
  );
  return { ...back, outcome: `${back.outcome}${over}` };
}

/** Why a promotion changes nothing, in words; `null`: it does, if only by ending what is on trial. */
export function isPrimaryAlready(
  { primary }: ModelRecord,
  live: RolloutRecord | null,
  version: number,
): string | null {
  if (primary !== version || (live !== null && live.version !== version)) return null;
  return `version ${version} is the primary already${live === null ? '' : ' and bakes'}`;
}

/** A number that never was is a mistake, and no version that has left. One that was primary may be deleted since. @throws DomainError `version_not_found` */
async function assertWas(stores: Stores, model: ModelRecord, version: number): Promise<void> {
  const terms = await stores.models.newestTerms(model.id, [version]);
  if (terms.length === 0) await requireVersion(stores, model, version);
}

/** What to answer where the rollback was carried out already, or what it is about has left; else `null`. */
async function nothingToUndo(
  stores: Stores,
  model: ModelRecord,
  version: number | null,
  seen: SeenPrimary,
): Promise<MovedPrimary | null> {
  await assertRouteSeen(stores, model, seen);
  const live = await stores.rollouts.findLive(model.id);
  const serves = model.primary === null ? 'nothing serves' : `version ${model.primary} serves`;
  const why = await whyNothing(stores, model, { live, version, serves, ...seen });
  return why === null ? null : { primary: model.primary, rollout: live, outcome: why };
}

/** Why nothing is to be done, in words; `null`: something is. */
async function whyNothing(
  stores: Stores,
  model: ModelRecord,
  {
    live,
    version,
    serves,
    from,
    revision,
    unlessRepeated = false,
  }: SeenPrimary & {
    readonly live: RolloutRecord | null;
    readonly version: number | null;
    readonly serves: string;
  },
): Promise<string | null> {
  if (from !== undefined && from !== model.primary && from !== live?.version) {
    await assertWas(stores, model, from);
    return `version ${from} has left already; ${serves}, and nothing was done`;
  }
  if (live !== null && isOnItsWayBack(live, version))
    return `${comesWhenReady(live.version)}; ${serves} until then, and nothing more was done. Name another version to go to that one, or abort rollout ${live.id}`;
  // Whoever goes back from the primary has not seen what is on trial by now.
  if (from !== undefined && version === null && live !== null && live.version !== from)
    return `version ${live.version} is on trial by now; ${serves}, and nothing was done. Say "from": ${live.version} to take it off`;
  if (version !== null || ((from !== undefined || revision !== undefined) && !unlessRepeated)) return null;
  const done = await commandDone(stores, model.id, 'rollback', null);
  if (done === null) return null;
  return doneAlready(
    'the model went back',
    done,
    await stores.now(),
    `${serves}. Say "from" to go back from there`,
  );
}

/** Is it this very rollback, whose target is still being deployed? That is taken off by an abort, or by another version's name. */
const isOnItsWayBack = ({ intent, version: target }: RolloutRecord, version: number | null): boolean =>
  intent === 'rollback' && (version ?? target) === target;

/** Will this version be primary within this transaction? Then nobody has to answer in between. */
async function takesOverNow(stores: Stores, model: ModelRecord, version: number): Promise<boolean> {
  const runs = (await routeTarget(stores, model, version)) !== null;
  return runs && (await rollbackTarget(stores, model)) !== version;
}

async function assertAnswers(
  stores: Stores,
  model: ModelRecord,
  number: number,
  probes: Probes,
): Promise<void> {
  const version = await requireVersion(stores, model, number);
  if (model.primary === number) return;
  const deployment = await stores.deployments.find(model.id, number);
  const address = lastKnownAddress(version, deployment);
  if (address === null || probes.isUp({ version: number, ...address })) return;
  refuseSilence(model, { there: [{ version, address }], deleted: [] }, probes);
}
