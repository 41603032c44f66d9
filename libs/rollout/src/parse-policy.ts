import { z } from 'zod';
import { DomainError, parseDuration, parsePercent, toPointer } from '#libs/kernel';
import type { Gate, Policy, Step, StepKind } from './policy.ts';

const duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  context.addIssue({ code: 'custom', message: `"${text}" is no duration; write 30s, 10m or 2h` });
  return z.NEVER;
});
const percent = z.string().transform((text, context) => {
  const points = parsePercent(text);
  if (points !== null && points > 0) return points;
  context.addIssue({
    code: 'custom',
    message: `"${text}" is no share; write more than 0% and at most 100%, with at most two decimals`,
  });
  return z.NEVER;
});
const count = z.int().min(1).max(1_000_000_000);
const share = z.number().min(0).max(1);
const stepKind = z.enum(['shadow', 'canary', 'bake']);

const shadow = z.strictObject({
  sample: percent.default(10_000),
  minRequests: count,
  minDuration: duration.default(0),
  maxDuration: duration,
});
const canary = z.strictObject({
  weight: percent,
  minRequests: count,
  minDuration: duration.default(0),
  maxDuration: duration,
});
const bake = z.strictObject({ duration });

const step = z
  .strictObject({ shadow: shadow.optional(), canary: canary.optional(), bake: bake.optional() })
  .transform((raw, context): Step => {
    const named = Object.entries(raw).filter(([, value]) => value !== undefined);
    if (named.length !== 1) {
      context.addIssue({ code: 'custom', message: 'a step is exactly one of shadow, canary, bake' });
      return z.NEVER;
    }
    const timed = raw.shadow ?? raw.canary;
    if (timed && timed.minDuration > timed.maxDuration) {
      context.addIssue({ code: 'custom', message: 'minDuration is longer than maxDuration' });
    }
    if (raw.shadow) {
      const { sample, minRequests, minDuration, maxDuration } = raw.shadow;
      return { kind: 'shadow', sample, minRequests, minDurationMs: minDuration, maxDurationMs: maxDuration };
    }
    if (raw.canary) {
      const { weight, minRequests, minDuration, maxDuration } = raw.canary;
      return { kind: 'canary', weight, minRequests, minDurationMs: minDuration, maxDurationMs: maxDuration };
    }
    return { kind: 'bake', durationMs: raw.bake?.duration ?? 0 };
  });

const EVERYWHERE: StepKind[] = ['shadow', 'canary', 'bake'];
const judgedIn = (fallback: StepKind[]) => z.array(stepKind).min(1).default(fallback);
/** Default of a latency gate's `startPeriod`. */
const LATENCY_START_MS = 10_000;
const oneMargin = 'give exactly one of maxIncrease (ms) and maxIncreaseRatio';

const gate = z
  .discriminatedUnion('metric', [
    z.strictObject({
      metric: z.literal('error_rate'),
      in: judgedIn(EVERYWHERE),
      startPeriod: duration.default(0),
      maxIncrease: share,
    }),
    z.strictObject({
      metric: z.literal('latency_p95'),
      in: judgedIn(EVERYWHERE),
      startPeriod: duration.default(LATENCY_START_MS),
      maxIncrease: z.number().positive().max(1e7).optional(),
      maxIncreaseRatio: z.number().gt(1).max(1_000).optional(),
    }),
    z.strictObject({
      metric: z.literal('agreement'),
      in: z.array(z.literal('shadow')).min(1).default(['shadow']),
      startPeriod: duration.default(0),
      min: share,
    }),
  ])
  .transform((raw, context): Gate => {
    const { startPeriod: startPeriodMs, ...rest } = raw;
    if (rest.metric !== 'latency_p95') return { ...rest, startPeriodMs };
    const { maxIncrease, maxIncreaseRatio, ...common } = rest;
    if (maxIncrease !== undefined && maxIncreaseRatio === undefined) {
      return { ...common, startPeriodMs, margin: { increase: maxIncrease } };
    }
    if (maxIncreaseRatio !== undefined && maxIncrease === undefined) {
      return { ...common, startPeriodMs, margin: { ratio: maxIncreaseRatio } };
    }
    context.addIssue({ code: 'custom', message: oneMargin });
    return z.NEVER;
  });

const policySchema = z
  .strictObject({
    name: z.string().min(1).max(100),
    steps: z.array(step).max(50),
    gates: z.array(gate).max(50),
    onUndecided: z.enum(['rollback', 'pause']).default('rollback'),
    onNoData: z.enum(['rollback', 'pause']).default('pause'),
    alpha: z.number().min(1e-9).max(0.5).default(0.05),
    promoteWhen: z.enum(['proven', 'notFailed']).default('proven'),
  })
  .superRefine((policy, context) => {
    const kinds = policy.steps.map((s) => s.kind);
    const bakeAt = kinds.indexOf('bake');
    const issue = (path: PropertyKey[], message: string) => {
      context.addIssue({ code: 'custom', path, message });
    };
    if (bakeAt !== -1 && bakeAt !== kinds.length - 1)
      issue(['steps', bakeAt], 'bake comes last, once: it is the probation after promotion');
    if (kinds.lastIndexOf('shadow') > kinds.indexOf('canary') && kinds.includes('canary')) {
      issue(['steps', kinds.lastIndexOf('shadow')], 'a shadow comes before the first canary');
    }
    if (policy.promoteWhen === 'proven' && policy.gates.length === 0) {
      issue(['gates'], 'promoteWhen is "proven", so at least one gate must say what is proven');
    }
    policy.gates.forEach((g, i) => {
      if (policy.promoteWhen === 'proven' && !g.in.some((kind) => kind !== 'bake' && kinds.includes(kind))) {
        issue(
          ['gates', i, 'in'],
          `no step before promotion is one of ${g.in.join(', ')}, so this gate could never pass`,
        );
      }
    });
    const weights = policy.steps.flatMap((s, i) => (s.kind === 'canary' ? [[s.weight, i] as const] : []));
    weights.forEach(([weight, i], n) => {
      if (n > 0 && weight < (weights[n - 1]?.[0] ?? 0))
        issue(['steps', i, 'canary', 'weight'], 'a canary gets at least the share of the step before it');
    });
  });

/**
 * Reads a policy document (parsed YAML or JSON).
 * @throws DomainError `policy_invalid` with the pointer of every mistake
 */
export function parsePolicy(document: unknown): Policy {
  const parsed = policySchema.safeParse(document);
  if (parsed.success) return parsed.data;
  throw new DomainError(
    'invalid',
    'policy_invalid',
    'The policy has mistakes; see errors.',
    parsed.error.issues.map((issue) => ({ pointer: toPointer(issue.path), detail: issue.message })),
  );
}
