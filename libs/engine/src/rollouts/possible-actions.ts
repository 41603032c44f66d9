import { DomainError, type Instant } from '#libs/kernel';
import { type Action, hurried, legalActions, sendsCallers } from '#libs/rollout';
import { type Crossing, crossingOf } from '../groups/crossing.ts';
import { policyOf } from '../settings/policy-of.ts';
import type { Stores } from '../ports/ports.ts';
import { assertNotHeld } from '../routing/proven-before.ts';
import { routeTarget } from '../routing/publish-route.ts';
import type { ModelRecord, RolloutRecord } from '../ports/records.ts';
import { startsLater } from '../queue/start-at.ts';
import type { StartRollout } from './insert-rollout.ts';
import { assertStartable } from './start-rollout.ts';

/*
 * What a person may do to a rollout, decided in this one place: an answer lists what is carried out (`possibleActions`), and what is carried
 * out is asserted by the same rules (`assertPossible`). Test: test/model/offers.ts.
 */

export interface ActionInQuestion {
  readonly action: Action;
  /** All of its release group is moved, in the same transaction. */
  readonly withGroup?: true;
}

/**
 * The actions that would be carried out now, if an admin said the word who had no hand in the version, with an override where a freeze window is
 * open. What only an asked server can say, whether it is ready in this second, is not known here.
 */
export async function possibleActions(stores: Stores, rollout: RolloutRecord): Promise<readonly Action[]> {
  const model = await stores.models.find(rollout.model);
  if (model?.id !== rollout.modelId) return [];
  const possible: Action[] = [];
  for (const action of legalOf(rollout))
    if ((await hindranceTo(stores, model, rollout, { action })) === null) possible.push(action);
  return possible;
}

const legalOf = (rollout: RolloutRecord): readonly Action[] =>
  legalActions({ ...rollout, policy: policyOf(rollout) });

/** Does its state allow it? Pure. */
export const isLegal = (rollout: RolloutRecord, action: Action): boolean => legalOf(rollout).includes(action);

/** Those that make sense by what the rollout itself says: for lists, where nothing else is asked for each row. Pure. */
export const legalByItself = (rollout: RolloutRecord): readonly Action[] =>
  legalOf(rollout).filter((action) => crossesAlone(rollout, action) === null);

/** What an action would do for one member of a release group that its members do together; `null`: nothing. */
function crossesAlone(rollout: RolloutRecord, action: Action): Crossing | null {
  if (rollout.groupId === null || (action !== 'skip' && action !== 'promote')) return null;
  return crossingOf(hurried({ ...rollout, policy: policyOf(rollout) }, action, ''), rollout.state);
}

/** What an action would be refused for, as far as it is known; `null`: nothing. */
export async function hindranceTo(
  stores: Stores,
  model: ModelRecord,
  rollout: RolloutRecord,
  asked: ActionInQuestion,
): Promise<DomainError | null> {
  try {
    await assertPossible(stores, model, rollout, asked);
    // A retry that is carried out says more than that (a date, a hot fix), and `startRollout` asserts the same of all of it.
    if (asked.action === 'retry') await assertRetriable(stores, model, rollout);
    return null;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

/**
 * @throws DomainError `action_illegal` (with those that are possible) when it makes no sense in this state; `in_group`, `not_proven_before`,
 *   `version_not_running` for `skip` and `promote`
 */
export async function assertPossible(
  stores: Stores,
  model: ModelRecord,
  rollout: RolloutRecord,
  asked: ActionInQuestion,
): Promise<void> {
  const { action } = asked;
  if (!isLegal(rollout, action)) throw illegal(rollout, action, await possibleActions(stores, rollout));
  if (action === 'skip' || action === 'promote')
    return assertHurriable(stores, model, rollout, { ...asked, action });
}

function illegal({ state }: RolloutRecord, action: Action, possible: readonly Action[]): DomainError {
  return new DomainError(
    'conflict',
    'action_illegal',
    `The rollout is ${state}; "${action}" makes no sense now. Legal: ${possible.length === 0 ? 'nothing' : possible.join(', ')}.`,
    possible.map((name) => ({ pointer: `/legalActions/${name}`, detail: 'legal now' })),
  );
}

async function assertHurriable(
  stores: Stores,
  model: ModelRecord,
  rollout: RolloutRecord,
  { action, withGroup }: ActionInQuestion & { readonly action: 'skip' | 'promote' },
): Promise<void> {
  const policy = policyOf(rollout);
  const decision = hurried({ ...rollout, policy }, action, '');
  const crossing = withGroup ? null : crossesAlone(rollout, action);
  if (crossing !== null)
    throw new DomainError(
      'conflict',
      'in_group',
      `"${action}" would ${crossing === 'promote' ? 'make this version primary' : 'end its bake'} without the others of its release group. Move all of them, once each has come as far: POST /api/v1/release-groups/${rollout.groupId}/${crossing}.`,
    );
  if (rollout.state !== 'baking') await assertNotHeld(stores, model, rollout);
  if (sendsCallers(decision, policy) && (await routeTarget(stores, model, rollout.version)) === null)
    throw notRunning(rollout);
}

export const notRunning = ({ version }: RolloutRecord): DomainError =>
  new DomainError(
    'conflict',
    'version_not_running',
    `Version ${version} does not run right now, so it cannot get traffic. GET the rollout shows what its deployment says.`,
  );

/** What a retry of a rollout asks for, where nothing else is said: its policy, a hot fix stays one, and a date that is ahead holds. */
export const retryOf = (
  rollout: RolloutRecord,
  now: Instant,
  by: Pick<StartRollout, 'authority' | 'actor' | 'reason'>,
): StartRollout => ({
  ...by,
  version: rollout.version,
  ...{ policy: rollout.policy, hadPolicy: true },
  overrideFreeze: rollout.overridesFreeze,
  startAt: startsLater(rollout, now) ? rollout.startAt : undefined,
});

async function assertRetriable(stores: Stores, model: ModelRecord, rollout: RolloutRecord): Promise<void> {
  const by = { authority: 'admin' as const, actor: '', reason: 'retry' };
  await assertStartable(stores, model, retryOf(rollout, await stores.now(), by));
}
