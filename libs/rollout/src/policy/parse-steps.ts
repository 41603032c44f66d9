import { z } from 'zod';
import type { Step } from './steps.ts';
import { count, duration, outOfTime, percent, percentOrNone } from './policy-fields.ts';

const need = z.enum(['required', 'optional', 'off']).default('optional');
const finite = z.number().optional();
const metricBound = z
  .strictObject({ maxDecrease: finite, maxIncrease: finite, min: finite, max: finite })
  .refine(
    (bound) => Object.values(bound).some((value) => value !== undefined),
    'give at least one of maxDecrease, maxIncrease, min, max',
  );

const checks = z.strictObject({
  digest: need,
  health: need,
  signature: need,
  provenance: need,
  upstreams: need,
  golden: need,
  metrics: z.record(z.string().min(1).max(250), metricBound).default({}),
  warmup: z
    .strictObject({
      requests: z.int().min(0).max(1_000).default(20),
      maxLatencyP95: duration.optional(),
    })
    .default({ requests: 20 }),
});

const timed = { minRequests: count, minDuration: duration.default(0), maxDuration: duration };
const shadow = z.strictObject({ sample: percent.default(10_000), ...timed });
const segmentName = z.string().min(1).max(63);
const canary = z
  .strictObject({
    weight: percent.optional(),
    segment: segmentName.optional(),
    segments: z.array(segmentName).min(1).max(10).optional(),
    percentage: percent.optional(),
    ...timed,
  })
  .transform(({ weight, segment, segments, percentage, ...rest }, context) => {
    const mistake = (message: string, ...path: string[]) =>
      context.addIssue({ code: 'custom', message, path });
    const ring = segment === undefined ? (segments ?? null) : [segment];
    if ([weight, segment, segments].filter((one) => one !== undefined).length !== 1)
      mistake('give one of weight (a share of everybody), segment or segments (their members only)');
    else if (ring === null && percentage !== undefined)
      mistake('percentage is of a ring, and goes with segment or segments; write weight', 'percentage');
    if (ring !== null && new Set(ring).size < ring.length) mistake('names a segment twice', 'segments');
    return { weight: (ring === null ? weight : percentage) ?? HALF, ring, ...rest };
  });
/** The other half of a ring is what its candidate is compared with. */
const HALF = 5_000;
const approval = z.strictObject({
  approvers: z.int().min(1).max(20).default(1),
  maxDuration: duration.optional(),
  onTimeout: outOfTime.default('pause'),
});
/** Nobody held back must be said: who says nothing has the default (`parse-policy.ts`). */
const bake = z.strictObject({ duration, holdBack: percentOrNone.optional() });

interface RawTimed {
  readonly minRequests: number;
  readonly minDuration: number;
  readonly maxDuration: number;
}
const times = ({ minRequests, minDuration, maxDuration }: RawTimed) => ({
  minRequests,
  minDurationMs: minDuration,
  maxDurationMs: maxDuration,
});

/** `holdBack` of a bake that says nothing: the gates decide, which are not known here. */
export const UNSAID = -1;

/** One step of a policy document: an object with exactly one key, its kind. */
export const step = z
  .strictObject({
    checks: checks.nullish(),
    shadow: shadow.optional(),
    canary: canary.optional(),
    approval: approval.nullish(),
    bake: bake.optional(),
  })
  .transform((raw, context): Step => {
    // `- checks:` in YAML is null: all defaults.
    const named = Object.entries(raw).filter(([, value]) => value !== undefined);
    if (named.length !== 1) {
      context.addIssue({
        code: 'custom',
        message: 'a step is exactly one of checks, shadow, canary, approval, bake',
      });
      return z.NEVER;
    }
    const withTimes = raw.shadow ?? raw.canary;
    if (withTimes && withTimes.minDuration > withTimes.maxDuration)
      context.addIssue({ code: 'custom', message: 'minDuration is longer than maxDuration' });
    if (raw.shadow) return { kind: 'shadow', sample: raw.shadow.sample, ...times(raw.shadow) };
    if (raw.canary) {
      const { weight, ring } = raw.canary;
      return { kind: 'canary', weight, ring, ...times(raw.canary) };
    }
    if (raw.bake)
      return { kind: 'bake', durationMs: raw.bake.duration, holdBack: raw.bake.holdBack ?? UNSAID };
    if (raw.approval !== undefined) {
      const { approvers, maxDuration, onTimeout } = raw.approval ?? approval.parse({});
      return { kind: 'approval', approvers, maxDurationMs: maxDuration ?? null, onTimeout };
    }
    const { warmup, ...rest } = raw.checks ?? checks.parse({});
    return {
      kind: 'checks',
      ...rest,
      warmup: { requests: warmup.requests, maxLatencyP95: warmup.maxLatencyP95 ?? null },
    };
  });
