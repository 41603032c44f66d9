import { z } from 'zod';

const target = {
  version: z.int().min(1),
  url: z.string().min(1),
  // Where callers go must be understood. An older api names one.
  urls: z.array(z.string().min(1)).min(1).optional(),
  // How servers are asked for their health takes no caller anywhere.
  healthPath: z.string().nullable().optional().catch(undefined),
};
const bins = z.union([
  z.looseObject({ kind: z.literal('numbers'), edges: z.array(z.number()) }),
  z.looseObject({ kind: z.literal('categories'), categories: z.array(z.string()) }),
]);
const [path, agreeing] = [z.string(), z.number().optional()];
const ofNumbers = { tolerance: z.number(), relativeTolerance: z.number().optional() };
const outputSpec = z.union([
  z.looseObject({ kind: z.literal('label'), path, confidence: z.string().optional(), agreeing }),
  z.looseObject({ kind: z.literal('score'), path, ...ofNumbers, agreeing }),
  z.looseObject({ kind: z.literal('ranking'), path, minCorrelation: z.number(), agreeing }),
  z.looseObject({ kind: z.literal('probabilities'), path, agreeing }),
  z.looseObject({ kind: z.literal('tensor'), path, ...ofNumbers, agreeing }),
  z.looseObject({ kind: z.literal('text'), path, similarity: z.number(), agreeing }),
]);
/** What cannot be understood of a list is left out of it: a newer api may ask for more than we can read. */
const understood = <T extends z.ZodType>(item: T) =>
  z.array(z.unknown()).transform((list) =>
    list.flatMap((one): z.output<T>[] => {
      const read = item.safeParse(one);
      return read.success ? [read.data] : [];
    }),
  );
/** Of a million tokens. */
const price = z.number().min(0).max(1e6);
const reading = z.looseObject({
  inputs: understood(z.looseObject({ feature: z.string(), path, bins })).default([]),
  output: bins.nullable().catch(null).default(null),
  segments: understood(
    z.looseObject({
      gate: z.string(),
      header: z.string().nullable().default(null),
      path: z.string().nullable().default(null),
      output: z.literal('label').optional(),
      most: z.int().min(1),
    }),
  ).default([]),
  requestIds: z.boolean().default(false),
  tokens: z.boolean().optional().catch(undefined),
  editDistance: z.boolean().optional().catch(undefined),
  points: understood(z.string()).optional().catch(undefined),
  // An answer whose price cannot be read has none: its gate has no data, and says so.
  prices: understood(
    z.looseObject({ version: z.int().min(1), input: price, output: price, cachedInput: price.optional() }),
  )
    .optional()
    .catch(undefined),
  // What cannot be read costs time, and no verdict.
  everyAnswer: z.boolean().optional().catch(true),
  textPairs: z.int().min(1).max(100).optional().catch(undefined),
  samples: z
    .looseObject({ most: z.int().min(0), redact: z.array(z.string()).default([]) })
    // What may be shown cannot be read: so nothing is.
    .catch({ most: 0, redact: ['$'] })
    .default({ most: 0, redact: ['$'] }),
  trip: z
    .looseObject({ failures: z.int().min(1), of: z.int().min(1) })
    .nullable()
    .optional()
    .catch(undefined),
});
const callers = z.looseObject({
  unit: z.looseObject({ from: z.enum(['header', 'cookie', 'json']), name: z.string().min(1) }),
  repeatable: z.boolean(),
  // What cannot be read of it is as the protocols say.
  predictions: z
    .looseObject({ methods: z.array(z.string()).optional(), paths: z.array(z.string()).optional() })
    .optional()
    .catch(undefined),
});

const segmentRule = z.union([
  z.looseObject({ from: z.enum(['header', 'json']), name: z.string().min(1), values: z.array(z.string()) }),
  z.looseObject({ from: z.literal('units'), digests: z.string().regex(/^([0-9a-f]{16})*$/) }),
]);
const candidate = z.looseObject({
  ...target,
  mode: z.enum(['shadow', 'canary']),
  weight: z.int().min(0).max(10_000),
  // Who goes where must be understood.
  heldBack: z.boolean().optional(),
  rings: z
    .array(
      z.looseObject({
        segment: z.string(),
        share: z.int().min(0).max(10_000),
        judged: z.boolean(),
        rule: segmentRule,
      }),
    )
    .optional(),
  outputSpec: outputSpec.nullable().optional().catch(null),
});
const rolloutId = z.string().nullable().default(null);

/**
 * A route as data planes read it. Where traffic goes must be understood, or the route is not taken; what is to
 * be read of traffic is taken as far as it is understood. Unknown fields are kept, and ignored.
 */
export const routeSchema = z.looseObject({
  model: z.string().min(1),
  primary: z.looseObject(target),
  candidate: candidate.nullable().default(null),
  salt: z.string(),
  revision: z.int().min(1),
  rolloutId,
  outputSpec: outputSpec.nullable().catch(null).default(null),
  reading: reading.nullable().catch(null).default(null),
  callers: callers.optional().catch(undefined),
  // That nobody is sent to the primary must be understood; what callers are told of it need not be.
  retired: z
    .looseObject({ reason: z.string().catch(''), since: z.string().catch('') })
    .nullish()
    .transform((one) => one ?? undefined),
  // A newer kind of ring is read as those read it who know none: nobody goes to the candidate.
  withRings: z.looseObject({ candidate: candidate.nullable(), rolloutId }).optional().catch(undefined),
});
