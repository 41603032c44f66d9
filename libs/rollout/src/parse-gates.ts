import { z } from 'zod';
import type { Gate, JudgedStepKind } from './policy.ts';
import { duration, share } from './policy-fields.ts';

const EVERYWHERE: JudgedStepKind[] = ['shadow', 'canary', 'bake'];
const WITH_CALLERS: JudgedStepKind[] = ['canary', 'bake'];
/** Default of a latency gate's `startPeriod`. */
const LATENCY_START_MS = 10_000;

const common = (judgedIn: JudgedStepKind[], startPeriodMs = 0) => ({
  name: z.string().min(1).max(100).optional(),
  in: z
    .array(z.enum(['shadow', 'canary', 'bake']))
    .min(1)
    .default(judgedIn),
  dryRun: z.boolean().default(false),
  startPeriod: duration.default(startPeriodMs),
});
const source = {
  ...common(WITH_CALLERS),
  interval: duration.default(30_000),
  consecutiveFailures: z.int().min(1).max(1_000).default(1),
};
const latency = {
  ...common(EVERYWHERE, LATENCY_START_MS),
  maxIncrease: z.number().positive().max(1e7).optional(),
  maxIncreaseRatio: z.number().gt(1).max(1_000).optional(),
};

const httpUrl = z
  .string()
  .max(2_000)
  .refine((text) => {
    if (!URL.canParse(text)) return false;
    const { protocol, username } = new URL(text);
    return (protocol === 'http:' || protocol === 'https:') && username === '';
  }, 'a URL that starts with http:// or https://, without a password in it');

/** One gate of a policy document. A gate without a condition is refused. */
export const gate = z
  .discriminatedUnion('metric', [
    z.strictObject({ metric: z.literal('error_rate'), ...common(EVERYWHERE), maxIncrease: share }),
    z.strictObject({ metric: z.literal('latency_p50'), ...latency }),
    z.strictObject({ metric: z.literal('latency_p95'), ...latency }),
    z.strictObject({ metric: z.literal('latency_p99'), ...latency }),
    z.strictObject({
      metric: z.literal('agreement'),
      ...common(['shadow']),
      in: z.array(z.literal('shadow')).min(1).default(['shadow']),
      min: share,
    }),
    z.strictObject({
      metric: z.literal('prometheus'),
      ...source,
      query: z.string().min(1).max(10_000),
      min: z.number().optional(),
      max: z.number().optional(),
    }),
    z.strictObject({ metric: z.literal('http'), ...source, url: httpUrl }),
  ])
  .transform((raw, context): Gate => {
    const { name, in: judgedIn, dryRun, startPeriod: startPeriodMs } = raw;
    const shared = { name: name ?? raw.metric, in: judgedIn, dryRun, startPeriodMs };
    const problem = (message: string): never => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    switch (raw.metric) {
      case 'error_rate':
        return { ...shared, metric: raw.metric, maxIncrease: raw.maxIncrease };
      case 'agreement':
        return { ...shared, metric: raw.metric, min: raw.min };
      case 'prometheus': {
        if (raw.min === undefined && raw.max === undefined)
          return problem('give min, max or both: a gate without a condition judges nothing');
        const { query, min = null, max = null, interval, consecutiveFailures } = raw;
        if (interval < 1_000) return problem('an interval is at least 1s');
        return {
          ...shared,
          metric: raw.metric,
          query,
          min,
          max,
          intervalMs: interval,
          consecutiveFailures,
        };
      }
      case 'http': {
        const { url, interval, consecutiveFailures } = raw;
        if (interval < 1_000) return problem('an interval is at least 1s');
        return { ...shared, metric: raw.metric, url, intervalMs: interval, consecutiveFailures };
      }
      case 'latency_p50':
      case 'latency_p95':
      case 'latency_p99': {
        const { metric, maxIncrease, maxIncreaseRatio } = raw;
        if (maxIncrease !== undefined && maxIncreaseRatio === undefined)
          return { ...shared, metric, margin: { increase: maxIncrease } };
        if (maxIncreaseRatio !== undefined && maxIncrease === undefined)
          return { ...shared, metric, margin: { ratio: maxIncreaseRatio } };
        return problem('give exactly one of maxIncrease (ms) and maxIncreaseRatio');
      }
    }
  });
