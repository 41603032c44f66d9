import { z } from 'zod';
import {
  type GroupActed,
  GROUP_WORDS,
  groupRevision,
  groupState,
  type GroupRecord,
  possibleGroupWords,
  type Stores,
} from '#libs/engine';
import { time } from '../openapi/answer.ts';
import { rolloutAnswer } from '../rollouts/rollout.answer.ts';
import { listedRollouts, shownRollout } from '../rollouts/rollout.view.ts';

export const releaseGroupAnswer = z
  .looseObject({
    id: z.string(),
    state: z
      .enum(['live', 'succeeded', 'rolled_back'])
      .describe(
        'succeeded: each version became a proven primary; rolled_back: one failed, and all went back',
      ),
    revision: z.int().describe('Grows with every change of state of a member'),
    reason: z.string(),
    createdAt: time,
    createdBy: z.string(),
    legalActions: z
      .array(z.enum(GROUP_WORDS))
      .optional()
      .describe(
        'What would be carried out now, if an admin said it who had no hand in the versions (with overrideFreeze while a freeze window is open). Left out in lists',
      ),
    members: z.array(rolloutAnswer).describe("Each model's rollout, by the model's name"),
  })
  .meta({ id: 'ReleaseGroup' });

export const actedGroupAnswer = releaseGroupAnswer
  .extend({ outcome: z.string().nullable().describe('Why nothing was done, where it was so already') })
  .meta({ id: 'ActedReleaseGroup' });

/** A release group that somebody has said a word to, and what came of it. */
export const actedGroup = async (stores: Stores, { group, outcome }: GroupActed) => ({
  ...(await shownGroup(stores, group)),
  outcome,
});

/** One release group that somebody asks for by itself. */
export async function shownGroup(stores: Stores, group: GroupRecord) {
  const members: Awaited<ReturnType<typeof shownRollout>>[] = [];
  for (const member of group.members) members.push(await shownRollout(stores, member));
  return { ...groupView(group), members, legalActions: await possibleGroupWords(stores, group) };
}

/** A page of release groups. */
export const listedGroups = (groups: readonly GroupRecord[]) =>
  groups.map((group) => ({ ...groupView(group), members: listedRollouts(group.members) }));

const groupView = (group: GroupRecord) => ({
  ...group,
  state: groupState(group),
  revision: groupRevision(group),
  createdAt: new Date(group.createdAt).toISOString(),
});
