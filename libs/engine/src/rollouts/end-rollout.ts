import type { GateVerdict, Look, RolloutState } from '#libs/rollout';
import { answering, refuseSilence, waysBack } from '../routing/proven-primary.ts';
import { Probes, staying } from '../readiness/probes.ts';
import { publishRoute } from '../routing/publish-route.ts';
import type { Stores } from '../ports/ports.ts';
import type { NotedCommand } from './repeated-command.ts';
import type { ModelRecord, RolloutRecord } from '../ports/records.ts';
import { movePrimaryBack } from './primary-history.ts';

/** How a rollout ends that has not earned promotion. */
export interface End {
  readonly state: Extract<RolloutState, 'rolled_back' | 'aborted' | 'superseded'>;
  readonly because: string;
  readonly actor: string;
  readonly verdicts?: readonly GateVerdict[];
  /** What the engine's decision rests on; left out for a person's word. */
  readonly look?: Look | null;
  /** During bake: what the ways back said a moment ago; callers go to one that is ready. */
  readonly probes?: Probes;
  /** During bake: the caller makes another version primary in the same transaction, and publishes its route. */
  readonly routeFollows?: boolean;
  /** The model is retired in the same transaction: no route is published, no version takes its place. */
  readonly retires?: boolean;
  /** The person's command that ends it, where a repeat of it means the same end. */
  readonly command?: NotedCommand;
}

/**
 * Ends a live rollout that has not earned promotion. It takes back what is its own, and nothing else: its
 * candidate leaves the traffic, and a rollout that was already baking gives the primary back to the last
 * proven one, so that no version stays primary that nobody watches. One that is only queued owns no route.
 * The caller holds the model's lock, so the revision cannot have moved.
 * @returns the model as it is afterwards
 * @throws DomainError `nobody_answers` when it bakes and no version to go back to was found ready
 */
export async function endRollout(
  stores: Stores,
  model: ModelRecord,
  rollout: RolloutRecord,
  end: End,
): Promise<ModelRecord> {
  const now = await stores.now();
  const { retires = false } = end;
  const bakes = rollout.state === 'baking' && rollout.from !== null && !retires;
  const after = bakes ? await restoreProven(stores, model, rollout, end) : model;
  if (!bakes && !retires) await clearOwnRoute(stores, model, rollout);
  // Whatever these bytes have proven before, under this number or another, is proven no more. Before its first step nothing was found.
  if (end.state === 'rolled_back' && rollout.state !== 'pending')
    await stores.models.refuteTerms(model.id, rollout.version);
  const decision = { kind: 'rollback' as const, because: end.because, at: now, revision: rollout.revision };
  await stores.rollouts.transition(rollout.id, rollout.revision, {
    state: end.state,
    endedAt: now,
    decision,
  });
  await stores.events.append({
    modelId: model.id,
    rolloutId: rollout.id,
    type: `rollout.${end.state}`,
    actor: end.actor,
    data: {
      version: rollout.version,
      from: rollout.from,
      was: rollout.state,
      because: end.because,
      primary: after.primary,
      restored: bakes ? after.primary : null,
      decision: 'rollback',
      verdicts: end.verdicts ?? [],
      look: end.look ?? null,
      ...(end.command === undefined ? {} : { command: end.command, commandAt: rollout.stepIndex }),
    },
  });
  await awakenNext(stores, after);
  await awakenGroup(stores, rollout);
  return after;
}

/** The others of its group go back too, each at its next look. */
async function awakenGroup(stores: Stores, { id, groupId }: RolloutRecord): Promise<void> {
  const group = groupId === null ? null : await stores.groups.find(groupId);
  const others = (group?.members ?? []).filter((one) => one.id !== id && one.endedAt === null);
  for (const other of others.map((one) => one.id).sort()) await stores.agenda.wake(other);
}

/** The last proven primary that answers serves again. */
async function restoreProven(
  stores: Stores,
  model: ModelRecord,
  rollout: RolloutRecord,
  { probes = Probes.NONE, routeFollows = false }: End,
): Promise<ModelRecord> {
  const ways = await waysBack(stores, model);
  // Who follows in the same transaction is asked instead: no caller is sent here in between.
  if (routeFollows) {
    const way = ways.there.find(({ address }) => address !== null) ?? refuseSilence(model, ways, probes);
    return movePrimaryBack(stores, model, way.version.version);
  }
  const primary = answering(ways, probes) ?? refuseSilence(model, ways, probes);
  const after = await movePrimaryBack(stores, model, primary.version);
  await publishRoute(stores, after, { primary, candidate: null, rolloutId: null, stepIndex: null });
  return after;
}

/** Takes the candidate off, if the route is this rollout's. */
async function clearOwnRoute(stores: Stores, model: ModelRecord, rollout: RolloutRecord): Promise<void> {
  const route = await stores.routes.find(model.id);
  if (route?.rolloutId !== rollout.id) return;
  const { primary } = staying(route);
  await publishRoute(stores, model, { primary, candidate: null, rolloutId: null, stepIndex: null });
}

/** A rollout has ended: the next one that was queued behind it may go on. */
export async function awakenNext(stores: Stores, model: ModelRecord): Promise<void> {
  const next = await stores.rollouts.nextQueued(model.id);
  if (next) await stores.agenda.wake(next.id);
}
