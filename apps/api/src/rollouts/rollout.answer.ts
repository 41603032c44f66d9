import { z } from 'zod';
import { ACTIONS, ROLLOUT_STATES } from '#libs/rollout';
import { document } from '../models/model.answer.ts';
import { nullableTime, time } from '../openapi/answer.ts';
import { traffic } from './traffic.answer.ts';

const verdict = z
  .looseObject({
    gate: z.string(),
    verdict: z.enum(['pass', 'fail', 'undecided', 'no_data']),
    because: z.string(),
    estimate: z.number().nullable(),
    interval: z.looseObject({ lower: z.number().nullable(), upper: z.number().nullable() }),
    segment: z.string().nullable(),
    margin: z.number().nullable(),
    dryRun: z.boolean(),
    onFail: z.enum(['rollback', 'pause']),
  })
  .meta({ id: 'GateVerdict' });
const check = z
  .looseObject({
    check: z.string(),
    outcome: z.enum(['pass', 'fail', 'skipped']),
    because: z.string(),
    saw: z.looseObject({}),
  })
  .meta({ id: 'CheckResult' });
const decisionKind = z.enum(['hold', 'advance', 'promote', 'rollback', 'pause']);

export const rolloutAnswer = z
  .looseObject({
    id: z.string(),
    model: z.string(),
    version: z.int(),
    intent: z.enum(['release', 'rollback']),
    from: z.int().nullable().describe('The primary when it started'),
    state: z.enum(ROLLOUT_STATES),
    step: z
      .looseObject({
        index: z.int(),
        kind: z.string(),
        weight: z
          .int()
          .nullable()
          .describe('Basis points: 1 is 0.01 %. Of everybody, or of the members of the segments'),
        segments: z.array(z.string()).nullable().describe('Of a ring: only their members get the candidate'),
        startedAt: nullableTime,
        clockStoppedAt: nullableTime,
      })
      .nullable(),
    traffic: traffic
      .nullish()
      .describe(
        'Who gets what by the route that is published; null: the route is none of this rollout. Left out in lists',
      ),
    checks: z.array(check).nullable(),
    approvals: z.array(
      z.looseObject({
        step: z.int(),
        version: z.int(),
        digest: z.string().nullish(),
        policyHash: z.string().optional(),
        by: z.string(),
        reason: z.string(),
        at: time,
      }),
    ),
    errorBudget: z
      .looseObject({
        attempt: z.int().nullable().describe('Which try of its artifact; null: of before tries were counted'),
        alpha: z.number().describe('What this try may spend: good versions that it rolls back'),
        beta: z.number().describe('What a gate of this try may spend: bad versions that it takes for proven'),
        spentBefore: z.number().describe("What of the policy's alpha earlier tries could spend"),
      })
      .describe("The version's error budget: it is not given anew to each try"),
    legalActions: z
      .array(z.enum(ACTIONS))
      .describe(
        'What would be carried out now, if an admin said it who had no hand in the version (with overrideFreeze while a freeze window is open). In lists: by the rollout alone, whatever its model, its environment and its server say',
      ),
    acceptedFaults: z
      .array(z.string())
      .describe(
        'What is wrong with the evidence itself, in spite of which a person has resumed it in this step, or has made the version primary',
      ),
    overridesFreeze: z.boolean(),
    overridesEnvironment: z
      .boolean()
      .describe('An admin released it though its artifact was not proven in the environment before'),
    queued: z.boolean().describe('It waits for its start, or for the rollout before it'),
    startAt: nullableTime.describe('Not before this time; null: as soon as it can'),
    groupId: z
      .string()
      .nullable()
      .describe('The release group whose members become primary together with it; null: it goes by itself'),
    revision: z.int(),
    policy: document,
    policyHash: z.string(),
    verdicts: z.array(verdict),
    decision: z
      .looseObject({
        kind: decisionKind,
        because: z.string(),
        at: time,
        revision: z
          .int()
          .optional()
          .describe('Of the rollout, that it was made at. A lower one than `revision`: it has moved since'),
      })
      .nullable()
      .describe('The last one; `waitingFor` says how it stands now'),
    waitingFor: z
      .string()
      .nullable()
      .describe(
        'Why nothing moves, in one sentence, as the rollout stands in this answer, also in that to a command; asked for by itself, with how long it still takes, and who paused it',
      ),
    reason: z.string(),
    createdAt: time,
    createdBy: z.string(),
    endedAt: nullableTime,
  })
  .meta({ id: 'Rollout' });

export const actedAnswer = rolloutAnswer
  .extend({ outcome: z.string().nullable().describe('Why nothing was done, where it was so already') })
  .meta({ id: 'ActedOnRollout' });

export const eventAnswer = z
  .looseObject({
    sequence: z.int(),
    model: z.string().nullable().describe('null: of the installation, such as a token or a refusal'),
    rolloutId: z.string().nullable(),
    type: z.string(),
    actor: z.string(),
    data: z.looseObject({}),
    at: time,
    hash: z.string(),
  })
  .meta({ id: 'Event' });

const decided = z.looseObject({ kind: decisionKind, because: z.string() });
const look = z.looseObject({
  at: z.number().describe('Milliseconds since 1970'),
  stepIndex: z.int(),
  recorded: decided,
  replayed: decided,
  verdicts: z.array(verdict),
  same: z.boolean(),
});
export const replayAnswer = z
  .looseObject({
    rolloutId: z.string(),
    policy: z.enum(['its own', 'another']),
    same: z.boolean(),
    looks: z.array(look),
    firstDifference: look.nullable(),
  })
  .meta({ id: 'Replay' });
