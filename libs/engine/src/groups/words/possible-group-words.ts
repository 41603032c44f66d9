import { DomainError } from '#libs/kernel';
import { type Action, isLive, legalActions } from '#libs/rollout';
import { policyOf } from '../../settings/policy-of.ts';
import { hindranceTo } from '../../rollouts/possible-actions.ts';
import type { Stores } from '../../ports/ports.ts';
import type { RolloutRecord } from '../../ports/records.ts';
import { groupState, type GroupState, whatBroke } from '../crossing.ts';
import { type GroupAction, GROUP_WORDS, type GroupWord } from './group-actions.ts';
import type { GroupRecord } from '../records.ts';
import { assertRetriable } from './retry-group.ts';

/*
 * What a person may say to a release group, decided in this one place: an answer lists what is carried out (`possibleGroupWords`), and
 * `actOnGroup` and `retryGroup` assert the same. Test: test/model/offers.ts.
 */

/** By what action a member is moved. A word against one is a word against all: where a member is refused, the others are taken back from wherever they are. */
export const actionOf = (word: GroupAction, member: RolloutRecord): Action =>
  word === 'reject' && !isAtApproval(member) ? 'abort' : OF_MEMBERS[word];

const isAtApproval = (member: RolloutRecord): boolean =>
  legalActions({ ...member, policy: policyOf(member) }).includes('reject');

const OF_MEMBERS: Readonly<Record<GroupAction, Action>> = {
  approve: 'approve',
  reject: 'reject',
  promote: 'promote',
  finish: 'skip',
  abort: 'abort',
};

/** How a group ends by each action that ends it. */
export const ENDS: Readonly<Partial<Record<GroupAction, GroupState>>> = {
  ...{ promote: 'succeeded', finish: 'succeeded' },
  ...{ abort: 'rolled_back', reject: 'rolled_back' },
};

/** The words that would be carried out now, if an admin said them who had no hand in the versions, with an override where a freeze window is open. */
export async function possibleGroupWords(stores: Stores, group: GroupRecord): Promise<readonly GroupWord[]> {
  const possible: GroupWord[] = [];
  for (const word of GROUP_WORDS) if (await isPossible(stores, group, word)) possible.push(word);
  return possible;
}

async function isPossible(stores: Stores, group: GroupRecord, word: GroupWord): Promise<boolean> {
  try {
    if (word === 'retry') {
      await assertRetriable(stores, group);
      return true;
    }
    const concerned = concernedBy(group, word);
    for (const member of concerned) {
      const model = await stores.models.find(member.model);
      if (model?.id !== member.modelId) return false;
      const asked = { action: actionOf(word, member), withGroup: true } as const;
      if ((await hindranceTo(stores, model, member, asked)) !== null) return false;
    }
    return concerned.length > 0;
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}

/** @throws DomainError `group_ended`; `group_not_ready` for what would leave some of a group's versions where the others have gone back */
function assertWhole(group: GroupRecord, action: GroupAction): void {
  const state = groupState(group);
  if (state !== 'live')
    throw new DomainError(
      'conflict',
      'group_ended',
      `"${action}" makes no sense any more: the release group has ${state === 'succeeded' ? 'succeeded' : 'gone back'}. ${state === 'succeeded' ? 'Roll its models back one by one, if you must' : 'Retry it (POST /api/v1/release-groups/{id}/retry), or release anew'}.`,
    );
  const broke = whatBroke(group);
  if (broke === null || ENDS[action] === 'rolled_back') return;
  throw new DomainError(
    'conflict',
    'group_not_ready',
    `"${action}" comes too late: the release group goes back. ${broke}. Retry it once that is mended.`,
  );
}

/**
 * The members that an action moves. One word holds for all, so all must be where it makes sense.
 * @throws DomainError `group_ended`, `group_not_ready`
 */
export function concernedBy(group: GroupRecord, action: GroupAction): readonly RolloutRecord[] {
  assertWhole(group, action);
  const live = group.members.filter(({ state }) => isLive(state));
  const late = (isThere: (member: RolloutRecord) => boolean, where: string): readonly RolloutRecord[] => {
    const behind = live.filter((member) => !isThere(member));
    if (behind.length > 0) throw notReady(action, behind, where);
    return live;
  };
  switch (action) {
    case 'abort':
      return live;
    case 'reject':
      if (!live.some(isAtApproval)) throw notReady(action, live, 'at an approval step');
      return live;
    case 'promote':
      return late(({ state }) => state !== 'pending', 'under way').filter(({ state }) => state !== 'baking');
    case 'finish':
      return late(({ state }) => state === 'baking', 'in its bake');
    case 'approve': {
      const waits = ({ state }: RolloutRecord): boolean => state === 'awaiting_approval';
      const there = late((member) => waits(member) || !hasApprovalLeft(member), 'at its approval step');
      if (!there.some(waits)) throw notReady(action, live, 'at an approval step');
      return there.filter(waits);
    }
  }
}

/** Is an approval ahead of a member, or is it at one, waiting or paused? */
export const hasApprovalLeft = (member: RolloutRecord): boolean =>
  policyOf(member).steps.some(({ kind }, at) => kind === 'approval' && at >= member.stepIndex);

const notReady = (action: GroupAction, behind: readonly RolloutRecord[], where: string): DomainError =>
  new DomainError(
    'conflict',
    'group_not_ready',
    `"${action}" is one word for the whole group, and these members are not ${where}: ${behind.map(({ model, version, state }) => `${model} ${version} is ${state.replace('_', ' ')}`).join('; ')}.`,
    behind.map(({ model }) => ({ pointer: `/members/${model}`, detail: `not ${where}` })),
  );
