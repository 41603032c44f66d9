import { z } from 'zod';
import { HIGHEST_BUCKET, LOWEST_BUCKET } from '#libs/stats';
import { modelName } from '../http/validation.ts';

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

const tally = z
  .strictObject({
    requests: count,
    errors: count,
    latency: sketch,
    compared: count,
    agreed: count,
    dropped: count,
  })
  .refine((t) => t.errors <= t.requests, 'more errors than requests')
  .refine((t) => t.latency.count <= t.requests, 'more latencies than requests')
  .refine((t) => t.agreed <= t.compared, 'more agreed than compared')
  .refine((t) => t.compared <= t.requests, 'more compared than requests');

/** The body of POST /gateway/evidence. */
export const evidenceBatch = z.strictObject({
  gateway: z.string().min(1).max(200),
  boot: z.string().min(1).max(100),
  sequence: z.int().min(1),
  acknowledged: z
    .array(
      z.strictObject({
        model: modelName,
        revision: z
          .int()
          .min(1)
          .max(2 ** 31 - 1),
      }),
    )
    .max(100_000),
  entries: z
    .array(
      z.strictObject({
        rolloutId: z.uuid(),
        revision: z
          .int()
          .min(1)
          .max(2 ** 31 - 1),
        arm: z.enum(['primary', 'candidate', 'shadow']),
        tally,
      }),
    )
    .max(10_000),
});
