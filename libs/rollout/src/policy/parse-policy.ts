import { z } from 'zod';
import { DomainError, invisibleIn, isReadable, toPointer } from '#libs/kernel';
import { DEFAULT_TRIP } from '#libs/traffic';
import { freezeMistake } from '../freeze/freeze.ts';
import { heldBackIn } from './hold-back.ts';
import { neverMet, neverMetByNew } from './never-met.ts';
import { neverInTime } from './never-met-times.ts';
import { gate } from './parse-gates.ts';
import { step, UNSAID } from './parse-steps.ts';
import { duration, jsonPath, outOfTime } from './policy-fields.ts';
import { type Policy } from './policy.ts';
import { type Step } from './steps.ts';
import { uncountedMistakes } from './uncounted-steps.ts';
import { canaryMistakes } from '../decide/rings.ts';

/** A window open for longer than this freezes for good; and its runs would be many to look through. */
const LONGEST_FREEZE_MS = 31 * 86_400_000;

const freezeWindow = z
  .strictObject({
    cron: z.string().min(1).max(200),
    duration,
    timeZone: z.string().min(1).max(100).default('UTC'),
    reason: z.string().max(500).default(''),
  })
  .transform(({ duration: durationMs, ...rest }, context) => {
    const mistake = freezeMistake(rest.cron, rest.timeZone);
    if (mistake) context.addIssue({ code: 'custom', path: [mistake.field], message: mistake.detail });
    if (durationMs <= 0 || durationMs > LONGEST_FREEZE_MS)
      context.addIssue({
        code: 'custom',
        path: ['duration'],
        message: 'a freeze lasts more than 0s, 31d at most',
      });
    return { ...rest, durationMs };
  });

/** A policy document, and what is read of it. */
export const policySchema = z
  .strictObject({
    name: z.string().min(1).max(100),
    steps: z.array(step).max(50),
    gates: z.array(gate).max(50),
    onUndecided: outOfTime.default('pause'),
    onNoData: outOfTime.default('pause'),
    alpha: z.number().min(1e-9).max(0.5).default(0.05),
    beta: z.number().min(1e-12).max(0.5).optional(),
    promoteWhen: z.enum(['proven', 'notFailed']).default('proven'),
    first: z.enum(['promote', 'approval']).default('promote'),
    consecutiveErrors: z.int().min(1).max(1_000).default(10),
    onNewVersion: z.enum(['supersede', 'queue', 'refuse']).default('supersede'),
    freeze: z.array(freezeWindow).max(20).default([]),
    rollbackWindow: duration.default(0),
    fourEyes: z.boolean().default(false),
    dependencies: z.enum(['exclude', 'ignore']).default('exclude'),
    samples: z
      .strictObject({
        keep: z.int().min(0).max(50).default(20),
        redact: z.array(jsonPath).max(50).default([]),
      })
      .default({ keep: 20, redact: [] }),
    units: z.enum(['fresh', 'stable']).default('fresh'),
    localTrip: z
      .union([
        z.literal(false),
        z
          .strictObject({ failures: z.int().min(1).max(100), of: z.int().min(1).max(100) })
          .refine((trip) => trip.failures <= trip.of, 'more failures than requests'),
      ])
      .default(DEFAULT_TRIP),
  })
  .transform((policy) => ({
    ...policy,
    steps: policy.steps.map((one) =>
      one.kind === 'bake' && one.holdBack === UNSAID ? { ...one, holdBack: heldBackIn(one, policy) } : one,
    ),
  }))
  .superRefine((policy, context) => {
    const issue = (path: PropertyKey[], message: string) => {
      context.addIssue({ code: 'custom', path, message });
    };
    // A field out of its range leaves steps and gates as they were written: they are no policy to look at.
    if (context.issues.length > 0) return;
    checkOrder(policy.steps, issue);
    checkGates(policy, issue);
    for (const { path, detail } of [...neverMet(policy), ...uncountedMistakes(policy)]) issue(path, detail);
    if (policy.first === 'approval' && !policy.steps.some((s) => s.kind === 'approval'))
      issue(['first'], 'first is "approval", so the steps need an approval');
  })
  .transform(({ rollbackWindow, localTrip, beta, ...rest }): Policy => ({
    ...rest,
    beta: beta ?? rest.alpha,
    rollbackWindowMs: rollbackWindow,
    localTrip: localTrip === false ? null : localTrip,
  }));

const UNREADABLE = 'it says nothing that a person can read';
const INVISIBLE = 'it holds a character that nobody can see; leave it out';

/** People tell policies and gates apart by their names. Not asked of what is kept: it was taken when nobody looked. */
const askedSchema = policySchema.superRefine(({ name, steps, gates, freeze }, context) => {
  for (const { path, detail } of [...neverMetByNew({ gates, freeze }), ...neverInTime({ steps, gates })])
    context.addIssue({ code: 'custom', path, message: detail });
  const look = (text: string, path: PropertyKey[]): void => {
    const message = isReadable(text) ? (invisibleIn(text) === null ? null : INVISIBLE) : UNREADABLE;
    if (message !== null) context.addIssue({ code: 'custom', path, message });
  };
  look(name, ['name']);
  for (const [i, gate] of gates.entries()) look(gate.name, ['gates', i, 'name']);
});

type Issue = (path: PropertyKey[], message: string) => void;

function checkOrder(steps: readonly Step[], issue: Issue): void {
  const kinds = steps.map((s) => s.kind);
  const bakeAt = kinds.indexOf('bake');
  if (bakeAt !== -1 && bakeAt !== kinds.length - 1)
    issue(['steps', bakeAt], 'bake comes last, once: it is the probation after promotion');
  if (kinds.lastIndexOf('checks') > 0)
    issue(['steps', kinds.lastIndexOf('checks')], 'checks come first, once: before any traffic');
  if (kinds.includes('canary') && kinds.lastIndexOf('shadow') > kinds.indexOf('canary'))
    issue(['steps', kinds.lastIndexOf('shadow')], 'a shadow comes before the first canary');
  for (const { path, detail } of canaryMistakes(steps)) issue(path, detail);
}

function checkGates(policy: Pick<Policy, 'steps' | 'gates' | 'promoteWhen'>, issue: Issue): void {
  const kinds: readonly string[] = policy.steps.map((s) => s.kind);
  const acting = policy.gates.filter((g) => !g.dryRun);
  if (policy.promoteWhen === 'proven' && acting.length === 0)
    issue(['gates'], 'promoteWhen is "proven", so at least one gate must say what is proven');
  policy.gates.forEach((g, i) => {
    if (policy.gates.findIndex((other) => other.name === g.name) < i)
      issue(['gates', i, 'name'], `a gate is called "${g.name}" already; give this one another name`);
    const provable = g.in.some((kind) => kind !== 'bake' && kinds.includes(kind));
    if (policy.promoteWhen === 'proven' && !g.dryRun && !provable)
      issue(
        ['gates', i, 'in'],
        `no step before promotion is one of ${g.in.join(', ')}, so this gate could never pass`,
      );
  });
}

/**
 * Reads a policy document (parsed YAML or JSON).
 * @throws DomainError `policy_invalid` with the pointer of every mistake
 */
export const parsePolicy = (document: unknown): Policy => parsed(askedSchema, document);

/**
 * Reads a policy that was taken before, of a rollout or a model. A bake of it that asks for more units than its canaries leave holds back as
 * many as they do.
 * @throws DomainError `policy_invalid`
 */
export function parseKeptPolicy(document: unknown): Policy {
  const policy = parsed(policySchema, document);
  const steps = policy.steps.map((one) =>
    one.kind === 'bake' ? { ...one, holdBack: heldBackIn(one, policy) } : one,
  );
  return { ...policy, steps };
}

function parsed(schema: typeof policySchema | typeof askedSchema, document: unknown): Policy {
  const read = schema.safeParse(document);
  if (read.success) return read.data;
  throw new DomainError(
    'invalid',
    'policy_invalid',
    'The policy has mistakes; see errors.',
    read.error.issues.map((issue) => ({ pointer: toPointer(issue.path), detail: issue.message })),
  );
}
