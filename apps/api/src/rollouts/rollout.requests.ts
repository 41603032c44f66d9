import { z } from 'zod';
import { type Action, ACTIONS } from '#libs/rollout';
import {
  pageQuery,
  reason,
  requiredReason,
  startAt,
  unlessRepeated,
  versionNumber,
} from '../http/bodies/validation.ts';

export const newRollout = z.strictObject({
  version: z.int().min(1),
  policy: z.unknown().optional(),
  reason: reason.default(''),
  overrideFreeze: z
    .boolean()
    .default(false)
    .describe('A hot fix: freeze windows do not hold it. Needs a reason, and the scope operate'),
  overrideEnvironment: z
    .boolean()
    .default(false)
    .describe(
      'Although the artifact is not proven in the environment before. Needs a reason, and the scope admin',
    ),
  startAt,
});
const withReason = z.strictObject({
  reason: requiredReason(),
  step: z.int().min(0).optional().describe('The step that you saw; 409 step_moved when it is another by now'),
  unlessRepeated,
});
export const steering = withReason.extend({
  overrideFreeze: z
    .boolean()
    .default(false)
    .describe('skip and promote: although a freeze window is open; retry: as a hot fix'),
  startAt,
});
export const approval = withReason.extend({
  digest: z.string().nullable().optional(),
  policyHash: z.string().optional(),
});
export const JUDGED: readonly Action[] = ['approve', 'reject'];
export const STEERED = ACTIONS.filter((action) => !JUDGED.includes(action));
const noRolloutIsBoth = {
  path: ['ended'],
  error: 'not together with live=true or waitsFor: no rollout is both',
};
export const rolloutsQuery = pageQuery
  .extend({
    live: z.enum(['true', 'false']).default('false'),
    ended: z
      .enum(['true', 'false'])
      .default('false')
      .describe('true: those that have ended, the latest end first'),
    waitsFor: z
      .enum(['person'])
      .optional()
      .describe('Those that only a person can move on: that wait for approval, or are paused'),
  })
  .refine(
    ({ live, ended, waitsFor }) => ended === 'false' || (live === 'false' && waitsFor === undefined),
    noRolloutIsBoth,
  );
export const rolloutsOfModelQuery = pageQuery.extend({
  version: versionNumber.optional().describe('Of this version only'),
});
export const replayRequest = z.strictObject({ policy: z.unknown().optional() });
/** Sketches are long; whoever wants to see what a decision rests on asks for it. */
export const eventsQuery = z.object({ include: z.enum(['look']).optional() });
