import { z } from 'zod';
import { type OutputPreset, parseOutputPath, presetOf, PROTOCOLS } from '#libs/traffic';

const place = z
  .string()
  .max(500)
  .refine(
    (text) => parseOutputPath(text) !== null,
    'a path such as $.outputs[0][*] or $.predictions[*].label, with [*] at most once',
  );
const number = z.number().min(0);
const relativeTolerance = z
  .number()
  .min(0)
  .max(1)
  .optional()
  .describe(
    "How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0",
  );
const agreeing = z
  .number()
  .min(0)
  .max(1)
  .optional()
  .describe(
    'Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees',
  );
const minCorrelation = z.number().min(-1).max(1);
const similarity = z.number().min(0).max(1);
const isBatch = (text: string): boolean => (parseOutputPath(text)?.each ?? null) !== null;

const label = z
  .strictObject({ kind: z.literal('label'), path: place, confidence: place.optional(), agreeing })
  .refine(({ path, confidence }) => confidence === undefined || isBatch(path) === isBatch(confidence), {
    path: ['confidence'],
    message: 'has [*] where path has it, and nowhere else',
  });

/** A spec as it is kept. */
const outputSpec = z.discriminatedUnion('kind', [
  label,
  z.strictObject({ kind: z.literal('probabilities'), path: place, agreeing }),
  z.strictObject({
    kind: z.literal('tensor'),
    path: place,
    tolerance: number.default(0),
    relativeTolerance,
    agreeing,
  }),
  z.strictObject({
    kind: z.literal('score'),
    path: place,
    tolerance: number.default(0),
    relativeTolerance,
    agreeing,
  }),
  z.strictObject({
    kind: z.literal('ranking'),
    path: place,
    minCorrelation: minCorrelation.default(0.5),
    agreeing,
  }),
  z.strictObject({ kind: z.literal('text'), path: place, similarity: similarity.default(1), agreeing }),
]);

const presetName = z.enum([...PROTOCOLS, 'auto']);
const preset = z.strictObject({
  preset: presetName,
  kind: z.enum(['label', 'score', 'ranking', 'probabilities', 'tensor', 'text']).optional(),
  output: z
    .string()
    .min(1)
    .max(200)
    .refine((name) => !name.includes("'"), 'a name without quotes')
    .optional()
    .describe("Open Inference: the output's name; left out: the first one"),
  tolerance: number.optional(),
  relativeTolerance,
  minCorrelation: minCorrelation.optional(),
  similarity: similarity.optional(),
  agreeing,
});

/** A spec as somebody writes it: in full, or by the name of a protocol. */
export const askedOutputSpec = z.union([
  preset,
  outputSpec,
  presetName.transform((name): OutputPreset => presetOf(name)),
]);
