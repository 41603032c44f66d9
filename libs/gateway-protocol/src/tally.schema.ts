import { z } from 'zod';
import {
  BLOCK_NAME,
  HIGHEST_BUCKET,
  LOWEST_BUCKET,
  MOST_POINTS,
  MOST_UNIT_HASHES,
  POINT_NAME,
} from '#libs/stats';
import { LIMITS } from './limits.ts';

/** More than any data plane can count in one batch: what is above is a mistake, not traffic. */
const count = z.int().min(0).max(1e12);
/** A field that an older data plane does not send. */
const countOrNone = count.default(0);

const sketch = z
  .object({ count, buckets: z.record(z.string().regex(/^-?\d{1,4}$/), z.int().min(1).max(1e12)) })
  .refine(
    (s) =>
      Object.keys(s.buckets).every((key) => Number(key) >= LOWEST_BUCKET && Number(key) <= HIGHEST_BUCKET),
    'a bucket is out of range',
  )
  .refine(
    (s) => Object.values(s.buckets).reduce((a, b) => a + b, 0) === s.count,
    'the buckets do not add up to count',
  );

const moments = z.object({
  n: count,
  // Data planes read numbers up to 1e15 and their differences; squares of a million million of them.
  mean: z.number().min(-1e16).max(1e16),
  m2: z.number().min(0).max(1e45),
});
const named = <T extends z.ZodType>(what: T, longest: number, most: number) =>
  z
    .record(z.string().min(1).max(longest), what)
    .refine((record) => Object.keys(record).length <= most, `more than ${most} names`)
    .default({});

/** `n` and `sum` of a measure, or how many times fell into each coarse bucket. */
const blockCounts = z
  .record(z.string().regex(/^(?:n|sum|-?\d{1,3})$/), z.number().min(-1e28).max(1e28))
  .refine((counts) => Object.entries(counts).every(([key, x]) => key === 'sum' || x >= 0), 'a count below 0');
const blocks = z
  .record(z.string().regex(BLOCK_NAME), blockCounts)
  .refine((record) => Object.keys(record).length <= LIMITS.blocks, `more than ${LIMITS.blocks} blocks`);

/** How many values weigh on each point of the grid (`pointsAround`). */
const points = z
  .record(z.string().regex(POINT_NAME), z.number().positive().max(1e12))
  .refine((record) => Object.keys(record).length <= MOST_POINTS, `more than ${MOST_POINTS} points`);

/** The counts of one arm. Fields that a reader does not know are left out. */
export const tallySchema = z
  .object({
    requests: count,
    errors: count,
    latency: sketch,
    // Older data planes do not measure streams.
    sketches: named(sketch, LIMITS.name, LIMITS.names).unwrap().optional(),
    compared: countOrNone,
    agreed: countOrNone,
    dropped: countOrNone,
    measures: named(moments, LIMITS.name, LIMITS.names),
    // Of everybody; older data planes do not say what goes together.
    blocks: named(blocks, LIMITS.name, LIMITS.names).unwrap().optional(),
    // Of measures that a gate bounds; older data planes do not say how large their values are.
    points: named(points, LIMITS.name, LIMITS.names).unwrap().optional(),
    units: z
      .array(
        z
          .int()
          .min(0)
          .max(2 ** 32 - 1),
      )
      .max(MOST_UNIT_HASHES)
      .readonly()
      .optional(),
    histograms: named(named(z.int().min(1).max(1e12), LIMITS.bin, LIMITS.bins), LIMITS.name, LIMITS.names),
  })
  .refine((t) => t.errors <= t.requests, 'more errors than requests')
  .refine((t) => t.latency.count <= t.requests, 'more latencies than requests')
  .refine(
    (t) => Object.values(t.sketches ?? {}).every((one) => one.count <= t.requests),
    'more times than requests',
  )
  .refine((t) => t.agreed <= t.compared, 'more agreed than compared')
  .refine((t) => t.compared <= t.requests, 'more compared than requests');
