import { z } from 'zod';
import type { JudgedStepKind } from './steps.ts';
import { duration, jsonPath, share } from './policy-fields.ts';
import { TEMPLATE_METRICS, TEMPLATE_SOURCES } from './templates/metric-templates.ts';
import { TIME_METRICS } from './gates/time-metric.ts';
import { USAGE_METRICS } from './gates/usage-metric.ts';
import { boundFields } from './gates/value-bound.ts';

export const EVERYWHERE: JudgedStepKind[] = ['shadow', 'canary', 'bake'];
/** Steps whose answers reach callers. */
const WITH_CALLERS: JudgedStepKind[] = ['canary', 'bake'];
/** How long feedback takes, of a policy that does not say. */
const DEFAULT_WINDOW_MS = 30_000;

const common = (judgedIn: JudgedStepKind[]) => ({
  name: z.string().min(1).max(100).optional(),
  in: z
    .array(z.enum(['shadow', 'canary', 'bake']))
    .min(1)
    .default(judgedIn),
  dryRun: z.boolean().default(false),
  // Its default depends on the metric (`startPeriodsOf`).
  startPeriod: duration.optional(),
});

const ofRequests = {
  header: z
    .string()
    .regex(/^[a-z0-9-]{1,100}$/, 'a header name in lower case')
    .optional(),
  path: jsonPath.optional(),
  most: z.int().min(1).max(50).default(10),
};
const segments = z
  .strictObject(ofRequests)
  .refine((s) => (s.header === undefined) !== (s.path === undefined), 'give exactly one of header and path')
  .transform(({ header = null, path = null, most }) => ({ header, path, output: null, most }))
  .nullable()
  .default(null);
/** Where the two answers to one request are compared, also by the class that the primary names. */
const segmentsOfPairs = z
  .strictObject({ ...ofRequests, output: z.literal('label').optional() })
  .refine(
    ({ header, path, output }) => [header, path, output].filter((one) => one !== undefined).length === 1,
    'give exactly one of header, path and output',
  )
  .transform(({ header = null, path = null, output = null, most }) => ({ header, path, output, most }))
  .nullable()
  .default(null);

const evidence = (judgedIn: JudgedStepKind[]) => ({ ...common(judgedIn), segments });
const only = <K extends JudgedStepKind>(kind: K) =>
  z
    .array(z.literal(kind))
    .min(1)
    .default([kind] as never);

/** Points as a share (0.01: one point). A smaller multiple would hold back good versions at rates where nothing fails twice. */
const pointsAndRatio = z.strictObject({
  points: share.lt(1, 'points are a share: write 0.01 for one point'),
  ratio: z.number().min(2).max(1_000),
});
const increases = {
  maxIncrease: z
    .union([share, pointsAndRatio], 'a share, such as 0.01, or { points: 0.01, ratio: 5 }')
    .optional(),
  maxIncreaseRatio: z.number().gt(1).max(1_000).optional(),
};
const rate = { ...evidence(EVERYWHERE), ...increases };
const latency = {
  ...common(EVERYWHERE),
  maxIncrease: z.number().positive().max(1e7).optional(),
  maxIncreaseRatio: z.number().gt(1).max(1_000).optional(),
  ...boundFields,
};
/** A stability index: by custom 0.1 is little, 0.25 is a shift. */
const distance = z.number().positive().max(100);
const against = z.enum(['primary', 'baseline']).default('primary');
const source = {
  ...common(WITH_CALLERS),
  interval: duration.default(30_000).refine((ms) => ms >= 1_000, 'an interval is at least 1s'),
  consecutiveFailures: z.int().min(1).max(1_000).default(1),
};
const amount = z.number().min(0).max(1e12);

const sourceName = z.string().regex(/^[\w.-]{1,100}$/, 'no name of a metric source');
const httpUrl = z
  .string()
  .max(2_000)
  .refine((text) => {
    if (!URL.canParse(text)) return false;
    const { protocol, username } = new URL(text);
    return (protocol === 'http:' || protocol === 'https:') && username === '';
  }, 'a URL that starts with http:// or https://, without a password in it');

/** The fields of each metric's gate, as a policy document has them. */
export const gateFields = z.discriminatedUnion('metric', [
  z.strictObject({ metric: z.literal('error_rate'), ...rate }),
  z.strictObject({ metric: z.literal('schema_violations'), ...rate }),
  z.strictObject({ metric: z.literal(TIME_METRICS), ...latency }),
  z.strictObject({
    metric: z.literal(USAGE_METRICS),
    ...evidence(EVERYWHERE),
    maxIncrease: amount.optional(),
    maxIncreaseRatio: z.number().gt(1).max(1_000).optional(),
    maxDecrease: amount.optional(),
    minRatio: z.number().gt(0).lt(1).optional(),
    ...boundFields,
  }),
  z.strictObject({
    metric: z.literal('agreement'),
    ...common(['shadow']),
    segments: segmentsOfPairs,
    in: only('shadow'),
    min: share,
  }),
  z.strictObject({
    metric: z.literal('judge_win_rate'),
    ...common(['shadow']),
    in: only('shadow'),
    min: z.number().gt(0).lt(1),
  }),
  z.strictObject({
    metric: z.literal('rank_correlation'),
    ...evidence(['shadow']),
    in: only('shadow'),
    min: z.number().min(-1).max(1),
  }),
  z.strictObject({
    metric: z.literal('edit_distance_mean'),
    ...evidence(['shadow']),
    in: only('shadow'),
    max: z.number().gt(0).lt(1),
  }),
  z.strictObject({
    metric: z.literal('embedding_distance_mean'),
    ...common(['shadow']),
    in: only('shadow'),
    // Below, what bins round up alone would be too much.
    max: z.number().min(0.01).lt(2),
  }),
  z.strictObject({
    metric: z.literal('score_delta'),
    ...evidence(['shadow']),
    in: only('shadow'),
    max: z.number().positive().max(1e12),
    ...boundFields,
  }),
  z.strictObject({ metric: z.literal('output_drift'), ...evidence(EVERYWHERE), max: distance, against }),
  z.strictObject({ metric: z.literal('confidence'), ...evidence(EVERYWHERE), max: distance, against }),
  z.strictObject({ metric: z.literal('input_drift'), ...common(EVERYWHERE), max: distance }),
  z.strictObject({ metric: z.literal('sample_ratio'), ...common(['canary']), in: only('canary') }),
  z.strictObject({
    metric: z.literal('feedback'),
    feedback: z.string(),
    ...evidence(WITH_CALLERS),
    model: z.string().min(1).max(250).nullable().default(null),
    values: z.enum(['proportion', 'mean']).default('proportion'),
    maxDecrease: amount.optional(),
    maxIncrease: amount.optional(),
    window: duration.default(DEFAULT_WINDOW_MS),
    over: z.enum(['auto', 'answers', 'reports']).default('auto'),
    maturity: share.default(0),
    ...boundFields,
  }),
  z.strictObject({
    metric: z.literal('prometheus'),
    ...source,
    source: sourceName.default('default'),
    query: z.string().min(1).max(10_000).optional(),
    from: z.enum(TEMPLATE_SOURCES).optional(),
    of: z.enum(TEMPLATE_METRICS).optional(),
    service: z.string().min(1).max(100).optional(),
    namespace: z.string().min(1).max(63).optional(),
    window: duration.optional(),
    min: z.number().optional(),
    max: z.number().optional(),
  }),
  z.strictObject({
    metric: z.literal('http'),
    ...source,
    url: httpUrl,
    source: sourceName.nullable().default(null),
  }),
]);
export type RawGate = z.output<typeof gateFields>;

const FEEDBACK = /^feedback\.([A-Za-z0-9_.-]{1,80})$/;

/** `feedback.click` is the metric `feedback` of the name `click`; everything else stays as it is. */
export function splitFeedback(document: unknown): unknown {
  if (document === null || typeof document !== 'object' || !('metric' in document)) return document;
  const name = typeof document.metric === 'string' ? FEEDBACK.exec(document.metric)?.[1] : undefined;
  if (name !== undefined) return { ...document, metric: 'feedback', feedback: name };
  // The split form is ours, not the document's.
  return document.metric === 'feedback' ? { ...document, metric: 'feedback.' } : document;
}
