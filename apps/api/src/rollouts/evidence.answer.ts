import { z } from 'zod';
import { listOf } from '../openapi/answer.ts';

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
      'Errors by reason: 4xx, 5xx, overload, timeout, unreachable, malformed, unreadable, abandoned, cut_off, error_event, empty',
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
