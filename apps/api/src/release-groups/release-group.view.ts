import { z } from 'zod';
import { groupRevision, groupState, type GroupRecord } from '#libs/engine';
import { time } from '../openapi/answer.ts';
import { rolloutAnswer } from '../rollouts/rollout.answer.ts';
import { rolloutView } from '../rollouts/rollout.view.ts';

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
    members: z.array(rolloutAnswer).describe("Each model's rollout, by the model's name"),
  })
  .meta({ id: 'ReleaseGroup' });

/** A release group as the API shows it. */
export const releaseGroupView = (group: GroupRecord) => ({
  ...group,
  state: groupState(group),
  revision: groupRevision(group),
  createdAt: new Date(group.createdAt).toISOString(),
  members: group.members.map((member) => rolloutView(member)),
});
