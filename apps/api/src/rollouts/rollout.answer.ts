import { z } from 'zod';
import { ACTIONS, ROLLOUT_STATES } from '#libs/rollout';
import { document } from '../models/model.answer.ts';
import { listOf, nullableTime, time } from '../openapi/answer.ts';
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
        'Who gets what by the route that is published; null: the route is none of this rollout. Left out in lists and within other answers',
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
        'What would be carried out now, if an admin said it who had no hand in the version (with overrideFreeze while a freeze window is open). In lists and within other answers: by the rollout alone, whatever its model, its environment and its server say',
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
    decision: z.looseObject({ kind: decisionKind, because: z.string(), at: time }).nullable(),
    waitingFor: z
      .string()
      .nullable()
      .describe('Why nothing moves, in one sentence; asked for by itself, with how long it still takes'),
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

const quantiles = z.looseObject({
  p50: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
});
const mean = z.number().nullable();
const bins = z.record(z.string(), z.number());
const tally = z
  .looseObject({
    requests: z.number(),
    errors: z.number(),
    compared: z.number(),
    agreed: z.number(),
    dropped: z.number(),
    failures: bins.describe(
      'Errors by reason: 4xx, 5xx, overload, timeout, unreachable, malformed, unreadable, abandoned, cut_off, error_event',
    ),
    replaced: bins.describe(
      'Candidate: its requests that the primary answered, by reason. over_limit, too_large, no_memory and tripped are in no arm',
    ),
    notRead: bins.describe('Answers that were not read for gates, by reason'),
    latencyMs: quantiles,
    ttftMs: quantiles.describe('Of streams: from the request to the first event; null: there were none'),
    interTokenMs: quantiles.describe('Of streams: the mean time from one event to the next'),
    usage: z
      .looseObject({
        inputTokensMean: mean,
        outputTokensMean: mean,
        totalTokensMean: mean,
        outputTokensPerSecond: mean.describe(
          'Of streams: tokens after the first event by the seconds until the last',
        ),
        costMean: mean.describe("Of an answer, in the currency of the model's prices"),
        unpriced: mean.describe(
          'Share of the answers whose cost is not known: they do not say their tokens, or are longer than gateways read',
        ),
      })
      .describe('Of language models, where a gate asks for it; null: no answer has said it'),
    judged: bins.describe(
      'Shadow: pairs of texts by what the pairwise judge made of them: win, tie, loss (of the candidate), failed, over_budget',
    ),
    judgeFailures: bins.describe('Shadow: pairs that the judge was asked about in vain, by reason'),
    embedded: bins.describe(
      'Shadow: pairs of texts by what became of them: compared, shortened (compared by beginning and end), identical, both_empty, one_empty, failed, over_budget',
    ),
    embeddingFailures: bins.describe(
      'Shadow: times that a pair came to nothing at the embeddings endpoint, by reason',
    ),
    embeddingDistanceMean: mean.describe(
      'Shadow: mean distance of the embeddings of the two texts, 0 to 2; null: no pair has one',
    ),
  })
  .meta({ id: 'Tally' });
const arms = { primary: tally, candidate: tally, shadow: tally };
export const evidenceAnswer = listOf(
  z.looseObject({
    step: z.int(),
    ...arms,
    segments: z.array(z.looseObject({ segment: z.string(), ...arms })),
    startPeriods: z
      .array(
        z.looseObject({
          sinceMs: z.int().describe("From when on, in ms of the step's clock"),
          cold: z.boolean().describe("The candidate's process was just started when the step began"),
          ...arms,
        }),
      )
      .describe(
        'What of the above was counted in the start of the step; gates leave out what is before their startPeriod',
      ),
  }),
);

const distance = z
  .looseObject({ stabilityIndex: z.number(), jensenShannon: z.number(), chiSquare: z.looseObject({}) })
  .nullable();
export const distributionsAnswer = listOf(
  z.looseObject({
    step: z.int(),
    name: z.string(),
    candidate: bins,
    primary: bins,
    baseline: bins.nullable(),
    candidateToPrimary: distance,
    candidateToBaseline: distance,
    primaryToBaseline: distance,
  }),
);

const seen = z.looseObject({ status: z.int(), body: z.string() });
export const samplesAnswer = listOf(
  z.looseObject({
    revision: z.int(),
    requestId: z.string(),
    request: z.string(),
    primary: seen,
    candidate: seen,
    badness: z.number(),
  }),
);

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
