import { z } from 'zod';
import { LINEAGE_DIRECTIONS, type MetricPoint } from '#libs/engine';
import { pageQuery, versionNumber } from '../http/bodies/validation.ts';
import { metricName, metrics, metricValue } from './version.schema.ts';

/** In one request. */
const MOST_POINTS = 10_000;
const step = z.int().min(0).max(2_147_483_647);
const timestamp = z.iso.datetime({ offset: true });

/** Values at one step, or points of series, or both. */
export const metricsBody = z
  .strictObject({
    metrics: metrics.default({}),
    step: step.default(0),
    timestamp: timestamp.optional(),
    points: z
      .array(
        z.strictObject({
          metric: metricName,
          value: metricValue,
          step: step.default(0),
          timestamp: timestamp.optional(),
        }),
      )
      .max(MOST_POINTS)
      .default([]),
  })
  .refine(
    (body) => Object.keys(body.metrics).length + body.points.length > 0,
    'give metrics, or points, or both',
  );

const at = (text: string | undefined) => (text === undefined ? null : Date.parse(text));
export const pointsOf = ({
  metrics: values,
  points,
  step: one,
  timestamp: when,
}: z.infer<typeof metricsBody>): readonly MetricPoint[] => [
  ...Object.entries(values).map(([metric, value]) => ({ metric, value, step: one, at: at(when) })),
  ...points.map(({ timestamp: own, ...point }) => ({ ...point, at: at(own) })),
];

export const seriesQuery = pageQuery.extend({
  metric: metricName.optional(),
  pageSize: z.coerce.number({ error: 'not a number' }).pipe(z.int().min(1).max(10_000)).default(1_000),
});
export const lineageQuery = z.object({
  direction: z.enum(LINEAGE_DIRECTIONS).default('both'),
  depth: z.coerce.number({ error: 'not a number' }).pipe(z.int().min(1).max(20)).default(5),
});
export const compatibilityQuery = z.object({ with: versionNumber.optional() });
