import { z } from 'zod';
import { isStorableText, utf8Length } from '#libs/kernel';
import { LIMITS } from './limits.ts';
import { tallySchema } from './tally.schema.ts';

/** Can this request id be noted as it is? Feedback names it as the caller does, so it is never changed. */
export const isRequestId = (id: string): boolean =>
  id.length > 0 && isStorableText(id) && utf8Length(id) <= LIMITS.requestIdBytes;

const revision = z
  .int()
  .min(1)
  .max(2 ** 31 - 1);
/** The registry decides what a model may be called; here it need only be a name. */
const model = z.string().min(1).max(256);
const requestId = z
  .string()
  .min(1)
  .refine(
    (id) => utf8Length(id) <= LIMITS.requestIdBytes,
    `longer than ${LIMITS.requestIdBytes} bytes in UTF-8`,
  );
const segment = z.string().min(1).max(LIMITS.segment);

/** Counts of one arm under one route revision, of everybody or of a segment. */
export const evidenceEntrySchema = z.object({
  rolloutId: z.uuid(),
  revision,
  arm: z.enum(['primary', 'candidate', 'shadow']),
  /** `<gate>=<value>`; left out: everybody. */
  segment: segment.optional(),
  /** Recorded spans of a few of these requests, `<trace id>-<span id>`. What cannot be read of them costs nobody the counts. */
  traces: z
    .array(z.string().regex(/^[0-9a-f]{32}-[0-9a-f]{16}$/))
    .max(LIMITS.tracesRead)
    .readonly()
    .optional()
    .catch(undefined),
  tally: tallySchema,
});

/** A route revision that this data plane serves by. */
export const acknowledgementSchema = z.object({ model, revision });

const howMany = z.int().min(0).max(1_000_000_000);
/**
 * A candidate that this data plane sends no callers to for `pauseMs`, because it failed where the primary answered. Without the primary's
 * counts: for good.
 */
export const tripSchema = z
  .object({
    model,
    rolloutId: z.uuid(),
    version: z.int().min(1).max(1_000_000_000),
    failures: z.int().min(1).max(100),
    of: z.int().min(1).max(100),
    inARow: howMany.optional(),
    primaryFailures: howMany.optional(),
    primaryOf: howMany.optional(),
    pauseMs: howMany.optional(),
    /** Which trip of this process it is, from 1: so one that is told twice is noted once. */
    number: howMany.min(1).optional(),
  })
  .refine(({ failures, of }) => failures <= of, 'more failures than requests')
  .refine(
    ({ primaryFailures = 0, primaryOf = 0 }) => primaryFailures <= primaryOf,
    'more failures of the primary than answers',
  )
  // Gateways that number their trips count all of it; those of before pauses say none of it, and stop for good.
  .refine(
    ({ number, inARow, primaryFailures, primaryOf, pauseMs }) =>
      number === undefined ||
      [inARow, primaryFailures, primaryOf, pauseMs].every((count) => count !== undefined),
    'a numbered trip says inARow, primaryFailures, primaryOf and pauseMs',
  );

/**
 * What this data plane knows of a primary by its callers. It says so when it changes, again every few seconds while the primary is out,
 * and when the api asks (`BatchAnswer.asks`).
 * - `unreachable`: nobody answers; `failing`: every answer is an error. `forMs`: since when;
 * - `answers`: it has answered a caller well. `forMs`: how long ago, last;
 * - `unknown`: no longer out, as far as anybody can tell without a caller.
 */
export const primaryWordSchema = z.object({
  model,
  version: z.int().min(1).max(1_000_000_000),
  state: z.enum(['unreachable', 'failing', 'answers', 'unknown']),
  /** Milliseconds before the batch was sent: clocks of machines need not agree. */
  forMs: z.int().min(0).max(1e13),
  /** Failures one after the other, up to now. */
  failures: howMany.default(0),
  /** What the last one was, in words. */
  because: z.string().max(LIMITS.because).default(''),
});

/** One request whose feedback may come by its id. */
export const servedRequestSchema = z.object({
  requestId,
  model,
  rolloutId: z.uuid(),
  revision,
  arm: z.enum(['primary', 'candidate']),
  segments: z.array(segment).max(LIMITS.segmentsOfRequest).default([]),
});

const answer = z.object({ status: z.int().min(100).max(999), body: z.string().max(LIMITS.sampleText) });
/** A request that the two versions of a shadow answered differently. `badness`: what is worse is kept. */
export const sampleSchema = z.object({
  rolloutId: z.uuid(),
  revision,
  requestId,
  request: z.string().max(LIMITS.sampleText),
  primary: answer,
  candidate: answer,
  rankCorrelation: z.number().min(-1.000001).max(1.000001).optional(),
  scoreDelta: z.number().min(0).optional(),
  badness: z.number().min(0).max(1e6),
});

/** A request with the texts of the two answers, for the pairwise judge. `identical`: as wholes; long texts are shortened. */
export const textPairSchema = z.object({
  rolloutId: z.uuid(),
  revision,
  requestId,
  request: z.string().max(LIMITS.pairText),
  primary: z.string().max(LIMITS.pairText),
  candidate: z.string().max(LIMITS.pairText),
  identical: z.boolean(),
});

/** What a data plane counted for one arm since its last batch. */
export type EvidenceEntry = Readonly<z.output<typeof evidenceEntrySchema>>;
export type Acknowledgement = Readonly<z.output<typeof acknowledgementSchema>>;
export type Trip = Readonly<z.output<typeof tripSchema>>;
export type PrimaryWord = Readonly<z.output<typeof primaryWordSchema>>;
export type ServedRequest = Readonly<
  Omit<z.output<typeof servedRequestSchema>, 'segments'> & { segments: readonly string[] }
>;
export type Sample = Readonly<z.output<typeof sampleSchema>>;
export type TextPair = Readonly<z.output<typeof textPairSchema>>;
