import { DomainError } from '#libs/kernel';
import { askedAgain, assertSamePolicy, type Repeat } from '../release/asked-again.ts';
import { isAdminsWord } from './by-hand.ts';
import { endRollout } from './end-rollout.ts';
import { lockModel } from '../registry/lookup.ts';
import type { Stores } from '../ports/ports.ts';
import type { ModelRecord, RolloutRecord } from '../ports/records.ts';
import { insertRollout, type NewRollout, type StartRollout } from './insert-rollout.ts';
import { policyOf } from '../settings/policy-of.ts';
import { assertMaySay, assertReleasable, settledTerms } from './releasable.ts';
import { assertNotRetired } from '../registry/retired.ts';
import { givingWay, startOf, startsLater } from '../queue/start-at.ts';

/** The rollout of this version that has not ended, under way or queued. */
export const unendedOf = async (
  stores: Stores,
  model: ModelRecord,
  version: number,
  live: RolloutRecord | null,
): Promise<RolloutRecord | null> =>
  live?.version === version ? live : stores.rollouts.findQueued(model.id, version);

/**
 * Would `startRollout` take this release now, as far as it is known? Reads only.
 * @throws DomainError what it would be refused for
 */
export async function assertStartable(
  stores: Stores,
  model: ModelRecord,
  request: StartRollout,
): Promise<void> {
  const live = await stores.rollouts.findLive(model.id);
  const same = await underWay(stores, model, request, live);
  if (same) return assertSamePolicy(stores, same, policiesOf(model, request));
  await assertReleasable(stores, model, request);
  if (live !== null && policyOf(live).onNewVersion === 'refuse') throw refusedBy(model, live, 'runs');
  else if (live === null || startsAtOnce(live, request)) await assertTurn(stores, model);
}

/**
 * The rollout that a release is a repeat of, which is its answer: what a new one would have to meet is not asked of one that is under way.
 * @throws DomainError where the model is retired, or whoever asks may not say what they say
 */
async function underWay(
  stores: Stores,
  model: ModelRecord,
  request: StartRollout,
  live: RolloutRecord | null,
): Promise<RolloutRecord | null> {
  assertNotRetired(model);
  assertMaySay(request);
  return unendedOf(stores, model, request.version, live);
}

const policiesOf = (model: ModelRecord, request: StartRollout): Repeat['policies'] => {
  const own = request.policy ?? null;
  return own === null ? null : { own, settled: () => settledTerms(model, request).policy };
};

/** Does a release take the place of the live one in the same moment? Not that of an admin's promotion or way back. */
const startsAtOnce = (
  live: RolloutRecord,
  { startAt, queuesTogether }: Pick<StartRollout, 'startAt' | 'queuesTogether'>,
): boolean =>
  policyOf(live).onNewVersion === 'supersede' &&
  live.state !== 'baking' &&
  !isAdminsWord(live) &&
  typeof startAt !== 'number' &&
  !queuesTogether;

/**
 * Starts a rollout of a version, in the caller's transaction: now, or at a date, for which it waits in the queue.
 * What becomes of it while another
 * rollout of the model runs is for that one's policy to say: it takes its place (the older candidate
 * leaves the traffic first), it queues behind it, or it is refused. The place of one that bakes is taken
 * by the worker, once the last proven primary is known to answer (`takeOverBake`); until then it queues. It queues behind an admin's
 * promotion or way back, too, whose version is still being deployed (`isAdminsWord`).
 * @throws DomainError what `assertReleasable` does, and where the rollout that runs refuses it
 */
export async function startRollout(
  stores: Stores,
  modelName: string,
  request: StartRollout,
): Promise<RolloutRecord> {
  const model = await lockModel(stores, modelName);
  const now = request.now ?? (await stores.now());
  const startAt = startOf(request.startAt, now);
  const live = await stores.rollouts.findLive(model.id);
  const same = await underWay(stores, model, request, live);
  if (same)
    return askedAgain(stores, same, {
      policies: policiesOf(model, request),
      overrideFreeze: request.overrideFreeze ?? false,
      overrideEnvironment: request.overrideEnvironment ?? false,
      ...{ startAt, reason: request.reason ?? '', actor: request.actor },
      ...(request.groupId === undefined ? {} : { groupId: request.groupId, now }),
    });
  const terms = await assertReleasable(stores, model, request);
  const { authority: _, policy: askedPolicy = null, ...asked } = request;
  const rollout: NewRollout = { ...asked, startAt, askedPolicy, ...terms };
  const isLater = typeof startAt === 'number' || (request.queuesTogether ?? false);
  if (live === null) return insertInTurn(stores, model, rollout, isLater);
  switch (policyOf(live).onNewVersion) {
    case 'refuse':
      throw refusedBy(model, live, 'runs');
    case 'queue':
      await supersedeWaiting(stores, model, rollout, false);
      return insertRollout(stores, model, rollout, true);
    case 'supersede': {
      await supersedeWaiting(stores, model, rollout, live.state === 'baking' || isAdminsWord(live));
      if (!startsAtOnce(live, { ...request, startAt })) return insertRollout(stores, model, rollout, true);
      const after = await endRollout(stores, model, live, {
        state: 'superseded',
        because: `version ${request.version} was released`,
        actor: request.actor,
      });
      return insertInTurn(stores, after, rollout, false);
    }
  }
}

/** Where nothing of the model is live: now, or behind a release group whose turn it is, by that one's policy. */
async function insertInTurn(
  stores: Stores,
  model: ModelRecord,
  rollout: NewRollout,
  isLater: boolean,
): Promise<RolloutRecord> {
  const first = await assertTurn(stores, model);
  await supersedeWaiting(
    stores,
    model,
    rollout,
    first !== null && policyOf(first).onNewVersion === 'supersede',
  );
  const isBehind = (await groupsInTurn(stores, model)).length > 0;
  return insertRollout(stores, model, rollout, isLater || isBehind);
}

/** The release group whose turn it is, if one waits. @throws DomainError `rollout_running` where its policy refuses newer versions */
async function assertTurn(stores: Stores, model: ModelRecord): Promise<RolloutRecord | null> {
  const [first = null] = await groupsInTurn(stores, model);
  if (first && policyOf(first).onNewVersion === 'refuse') throw refusedBy(model, first, 'waits to start');
  return first;
}

const refusedBy = (model: ModelRecord, { version }: RolloutRecord, does: string): DomainError =>
  new DomainError(
    'conflict',
    'rollout_running',
    `The rollout of version ${version} of "${model.name}" ${does}, and its policy refuses newer versions meanwhile. Wait until it has ended, or abort it.`,
  );

/**
 * Members of release groups that wait, with no date ahead, for the others of theirs to have a place. Where nothing of the model is
 * live, a release finds the first of them in its way as if it ran: it would pass an older wish, or keep it waiting for ever.
 */
async function groupsInTurn(stores: Stores, model: ModelRecord): Promise<readonly RolloutRecord[]> {
  const now = await stores.now();
  const queued = await stores.rollouts.queued(model.id);
  return queued.filter((one) => one.groupId !== null && !startsLater(one, now));
}

/** Would a release of the model that is asked for now have to wait for its turn? */
export async function mustQueue(stores: Stores, model: ModelRecord): Promise<boolean> {
  const live = await stores.rollouts.findLive(model.id);
  if (live !== null && !startsAtOnce(live, {})) return true;
  const inTurn = await groupsInTurn(stores, model);
  const [first] = inTurn;
  const goes = first !== undefined && policyOf(first).onNewVersion === 'supersede';
  return inTurn.some((one) => !goes || policyOf(one).onNewVersion !== 'supersede');
}

/** A release takes the place of those that wait, by their own policy: of one with a date, only a newer version does. @param inTurn also of those that wait for the live one, and for no date */
async function supersedeWaiting(
  stores: Stores,
  model: ModelRecord,
  { version, actor, startAt = null }: NewRollout,
  inTurn: boolean,
): Promise<void> {
  const because = `version ${version} was released`;
  const queued = await stores.rollouts.queued(model.id);
  for (const waiting of givingWay(queued, { version, startAt }, inTurn))
    await endRollout(stores, model, waiting, { state: 'superseded', because, actor });
}
