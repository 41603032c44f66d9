import { z } from 'zod';
import { jsonPath } from '#libs/rollout';
import { type NewVersion, uploadedUri } from '#libs/engine';
import { CONFIDENCE_BINS } from '#libs/traffic';
import { modelName, startAt, tags } from '../http/bodies/validation.ts';
import { refuseLeftToFill } from './left-to-fill.ts';
import { askedOutputSpec } from './output-spec.schema.ts';
import { servingFields, url, withServingUrls } from './serving-urls.schema.ts';

export const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'write sha256: and 64 hexadecimal digits');
/** Of an uploaded artifact: some model servers tell formats by it. */
const fileName = z
  .string()
  .max(200)
  .regex(/^\w[\w.-]*$/, 'letters, digits, dots, dashes and underscores');
/** By reference, or uploaded before: then without a URI. */
const artifact = z
  .strictObject({
    uri: url('file:', 'https:', 's3:', 'runs:', 'models:', 'mlflow-artifacts:').optional(),
    digest,
    fileName: fileName.optional().describe('Of an uploaded artifact'),
  })
  .refine(({ uri, fileName: name }) => uri === undefined || name === undefined, {
    path: ['fileName'],
    message: 'only of an uploaded artifact, which has no uri',
  })
  .transform(({ uri, digest: of, fileName: name }) => ({
    uri: uri ?? uploadedUri(of, name ?? null),
    digest: of,
  }));
const texts = z.record(z.string().min(1).max(100), z.string().max(2_000));

const counts = z.number().min(0).max(1e12);
const histogram = z
  .union([
    z.strictObject({
      edges: z.array(z.number()).min(1).max(50),
      counts: z.array(counts),
      missing: counts.default(0),
    }),
    z.strictObject({
      categories: z
        .record(z.string().max(60), counts)
        .refine(
          (record) => Object.keys(record).length <= 50,
          'at most 50 categories; name the rest "(other)"',
        ),
      missing: counts.default(0),
    }),
  ])
  .refine(
    (h) => !('edges' in h) || h.edges.every((edge, i) => i === 0 || edge > (h.edges[i - 1] ?? edge)),
    'edges must ascend',
  )
  .refine(
    (h) => !('edges' in h) || h.counts.length === h.edges.length + 1,
    'k edges make k + 1 bins, so there must be one count more than edges',
  );
const CONFIDENCE_EDGES = CONFIDENCE_BINS.kind === 'numbers' ? CONFIDENCE_BINS.edges : [];
/** The profile of the training data. */
const baseline = z.strictObject({
  features: z
    .record(z.string().min(1).max(100), z.intersection(z.object({ path: jsonPath }), z.looseObject({})))
    .transform((features, context) =>
      Object.fromEntries(
        Object.entries(features).flatMap(([name, { path, ...rest }]) => {
          const parsed = histogram.safeParse(rest);
          if (parsed.success) return [[name, { path, ...parsed.data }]];
          for (const issue of parsed.error.issues)
            context.addIssue({ code: 'custom', path: [name, ...issue.path], message: issue.message });
          return [];
        }),
      ),
    )
    .refine((features) => Object.keys(features).length <= 40, 'at most 40 features')
    .optional(),
  output: histogram.optional(),
  confidence: histogram
    .refine(
      (one) => 'edges' in one && one.edges.join() === CONFIDENCE_EDGES.join(),
      `confidence is counted between the edges ${CONFIDENCE_EDGES.join(', ')}: give these edges and ${CONFIDENCE_EDGES.length + 1} counts`,
    )
    .optional(),
});

/** What is larger is no measurement, and its square is Infinity. */
const LARGEST_METRIC = 1e100;
/** In one request; a version may have more. */
const MOST_METRICS = 1_000;
/** Finite: `1e309` would be Infinity, and `null < 0.05` is true. */
export const metricValue = z.number().min(-LARGEST_METRIC).max(LARGEST_METRIC);
export const metricName = z.string().min(1).max(250);
export const metrics = z
  .record(metricName, metricValue)
  .refine(
    (values) => Object.keys(values).length <= MOST_METRICS,
    `more than ${MOST_METRICS} metrics in one request`,
  );

/** Asked as it is, behind the serving URL's own path. */
export const healthPath = z
  .string()
  .max(1_000)
  .regex(/^(none|\/[\x21-\x22\x24-\x7e]*)$/, 'a path such as /healthz, or none')
  .describe(
    'Where the model server says that it is ready (any 2xx). Default: the usual paths of model servers; `none`: any answer below 500',
  );

/** What may be said of a version, wherever it is registered. */
export const versionFields = z.strictObject({
  artifact: artifact.nullable().default(null),
  copyOf: z
    .strictObject({ model: modelName, version: z.int().min(1).max(1_000_000_000) })
    .nullable()
    .default(null)
    .describe(
      'Copies artifact, digest and metadata of this version, as from staging to prod; what is said beside it wins. Serving URLs are not copied',
    ),
  ...servingFields,
  healthPath: healthPath.nullable().default(null),
  description: z.string().max(10_000).default(''),
  tags: tags.default({}),
  metrics: metrics.default({}),
  source: texts.default({}),
  dataset: texts.default({}),
  signature: z.json().default(null),
  outputSpec: askedOutputSpec
    .nullable()
    .optional()
    .describe("Left out: the primary's. A name, such as `open-inference`, stands for its protocol's"),
  baseline: baseline.nullable().default(null),
  upstreams: z
    .array(z.strictObject({ model: modelName, version: z.int().min(1).max(1_000_000_000) }))
    .max(100)
    .default([]),
  card: z.string().max(200_000).default('').describe('The model card, in Markdown'),
  createModel: z.boolean().default(false),
  rollout: z.union([z.boolean(), z.strictObject({ policy: z.unknown().optional(), startAt })]).default(false),
});

/** The body of POST /models/{model}/versions. */
export const newVersion = versionFields.transform(withServingUrls) satisfies z.ZodType<NewVersion>;

/** What a webhook carries: the same, with the model's name, made and rolled out unless it says otherwise. */
export const manifest = versionFields
  .extend({
    model: modelName,
    createModel: z.boolean().default(true),
    rollout: z
      .union([z.boolean(), z.strictObject({ policy: z.unknown().optional(), startAt })])
      .default(true),
  })
  .superRefine(refuseLeftToFill)
  .transform(withServingUrls);
export type Manifest = z.infer<typeof manifest>;
