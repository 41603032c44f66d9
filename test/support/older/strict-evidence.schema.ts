/** What the api took before there was `libs/gateway-protocol` (2e85a19): the whole batch, or nothing of it. Not to be changed. */
import { z } from 'zod';
import { HIGHEST_BUCKET, LOWEST_BUCKET } from '#libs/stats';

const modelName = z.string().min(1).max(256);

/** More than any gateway can count in one batch: what is above is a mistake, not traffic. */
const count = z.int().min(0).max(1e12);

const sketch = z
  .strictObject({ count, buckets: z.record(z.string().regex(/^-?\d{1,4}$/), z.int().min(1).max(1e12)) })
  .refine(
    (s) =>
      Object.keys(s.buckets).every((key) => Number(key) >= LOWEST_BUCKET && Number(key) <= HIGHEST_BUCKET),
    'a bucket is out of range',
  )
  .refine(
    (s) => Object.values(s.buckets).reduce((a, b) => a + b, 0) === s.count,
    'the buckets do not add up to count',
  );

/** Names are chosen by us and by callers' feedback; so many are more than any rollout needs. */
const MOST_NAMES = 64;
const MOST_BINS = 64;
const moments = z.strictObject({
  n: count,
  // Gateways read numbers up to 1e15 and their differences; squares of a million million of them.
  mean: z.number().min(-1e16).max(1e16),
  m2: z.number().min(0).max(1e45),
});
const named = <T extends z.ZodType>(what: T, most: number) =>
  z
    .record(z.string().min(1).max(200), what)
    .refine((record) => Object.keys(record).length <= most, `more than ${most} names`)
    .default({});

const tally = z
  .strictObject({
    requests: count,
    errors: count,
    latency: sketch,
    compared: count,
    agreed: count,
    dropped: count,
    measures: named(moments, MOST_NAMES),
    histograms: named(named(z.int().min(1).max(1e12), MOST_BINS), MOST_NAMES),
  })
  .refine((t) => t.errors <= t.requests, 'more errors than requests')
  .refine((t) => t.latency.count <= t.requests, 'more latencies than requests')
  .refine((t) => t.agreed <= t.compared, 'more agreed than compared')
  .refine((t) => t.compared <= t.requests, 'more compared than requests');

const revision = z
  .int()
  .min(1)
  .max(2 ** 31 - 1);
const answer = z.strictObject({ status: z.int().min(100).max(999), body: z.string().max(10_000) });

/** The body of POST /gateway/evidence. */
export const evidenceBatch = z.strictObject({
  gateway: z.string().min(1).max(200),
  boot: z.string().min(1).max(100),
  sequence: z.int().min(1),
  acknowledged: z
    .array(
      z.strictObject({
        model: modelName,
        revision,
      }),
    )
    .max(100_000),
  entries: z
    .array(
      z.strictObject({
        rolloutId: z.uuid(),
        revision,
        arm: z.enum(['primary', 'candidate', 'shadow']),
        segment: z.string().max(300).optional(),
        tally,
      }),
    )
    .max(10_000),
  trips: z
    .array(
      z.strictObject({
        model: modelName,
        rolloutId: z.uuid(),
        version: z.int().min(1),
        failures: z.int().min(1).max(100),
        of: z.int().min(1).max(100),
      }),
    )
    .max(1_000)
    .optional(),
  served: z
    .array(
      z.strictObject({
        requestId: z.string().min(1).max(1_000),
        model: modelName,
        rolloutId: z.uuid(),
        revision,
        arm: z.enum(['primary', 'candidate']),
        segments: z.array(z.string().max(300)).max(50),
      }),
    )
    .max(10_000)
    .optional(),
  samples: z
    .array(
      z.strictObject({
        rolloutId: z.uuid(),
        revision,
        requestId: z.string().min(1).max(1_000),
        request: z.string().max(10_000),
        primary: answer,
        candidate: answer,
        rankCorrelation: z.number().min(-1.000001).max(1.000001).optional(),
        scoreDelta: z.number().min(0).optional(),
        badness: z.number().min(0).max(1e6),
      }),
    )
    .max(1_000)
    .optional(),
});
