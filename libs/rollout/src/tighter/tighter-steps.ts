import { formatPercent } from '#libs/kernel';
import {
  atLeast,
  atMost,
  type Compare,
  entries,
  fields,
  free,
  type Looser,
  oneOf,
  same,
  time,
} from './orders.ts';
import { describeStep } from '../decide/next-transition.ts';
import { describeRing, isRing, ringSharesUpTo } from '../decide/rings.ts';
import type { CheckNeed, ChecksStep, MetricBound, OutOfTime, Step } from '../policy/steps.ts';
import type { Policy } from '../policy/policy.ts';

type StepOf<K extends Step['kind']> = Extract<Step, { kind: K }>;

const need = oneOf<CheckNeed>('required', 'optional', 'off');
/** Both wait for nobody's promotion; the one takes the candidate off the traffic too. */
export const outOfTime = oneOf<OutOfTime>('rollback', 'pause');

const bound = fields<MetricBound>({
  maxDecrease: atMost(),
  maxIncrease: atMost(),
  min: atLeast(),
  max: atMost(),
});
const timed = {
  minRequests: atLeast<number>(),
  minDurationMs: atLeast<number>(time),
  // More time is more chances to meet the minima.
  maxDurationMs: atMost<number>(time),
};

/**
 * Users held back in bake are compared with over the same seconds; without any, only bounds of their own
 * act. A tiny share is too few to compare with, and a large one leaves too few on trial; between
 * the model's share and a half, a larger one means fewer callers on trial and a sharper comparison. So too where the model holds back nobody.
 */
const holdBack: Compare<number> = (release, model, field) =>
  release === model || (release > model && release <= 5_000)
    ? []
    : [
        {
          field,
          release: formatPercent(release),
          model: formatPercent(model),
          todo:
            model > 0
              ? `write ${formatPercent(model)}, or more up to 50%, behind canaries that leave as many`
              : 'write 50% at most',
        },
      ];

/** The order of each field of each kind of step. */
const ORDERS: { readonly [K in Step['kind']]: Compare<StepOf<K>> } = {
  checks: fields<ChecksStep>({
    kind: free,
    digest: need,
    health: need,
    signature: need,
    provenance: need,
    upstreams: need,
    golden: need,
    metrics: entries(bound, (value) => JSON.stringify(value)),
    warmup: fields<ChecksStep['warmup']>({ requests: atLeast(), maxLatencyP95: atMost(time) }),
  }),
  shadow: fields<StepOf<'shadow'>>({ kind: free, sample: atMost(formatPercent), ...timed }, TIMES()),
  canary: compareCanary,
  approval: fields<StepOf<'approval'>>(
    { kind: same(), approvers: atLeast(), maxDurationMs: atMost(time), onTimeout: outOfTime },
    TIMES(),
  ),
  bake: fields<StepOf<'bake'>>(
    { kind: same(), durationMs: atLeast<number>(time), holdBack },
    { durationMs: 'duration' },
  ),
};

/** A ring is no smaller or larger canary: it is other callers. What proves a version to the one proves nothing to the other. */
function compareCanary(release: StepOf<'canary'>, model: StepOf<'canary'>, at: string): readonly Looser[] {
  const names = { ...TIMES(), weight: isRing(release) ? 'percentage' : 'weight' };
  const orders = { kind: free, ring: free, weight: atMost<number>(formatPercent), ...timed };
  const looser = fields<StepOf<'canary'>>(orders, names)(release, model, at);
  const members = (step: StepOf<'canary'>): string => [...(step.ring ?? ['everybody'])].sort().join(', ');
  if (members(release) === members(model)) return looser;
  const field = `${at}/${isRing(release) ? (release.ring.length === 1 ? 'segment' : 'segments') : 'weight'}`;
  return [
    { field, release: members(release), model: members(model), todo: `write ${describeStep(model)}` },
    ...looser,
  ];
}

function TIMES(): Readonly<Record<string, string>> {
  return { minDurationMs: 'minDuration', maxDurationMs: 'maxDuration' };
}

/** How a step of the release is looser than one of the model; empty: it is not. */
function compareStep(release: Step, model: Step, at: number): readonly Looser[] {
  const compare = ORDERS[model.kind] as Compare<Step>;
  return compare(release, model, `/steps/${at}/${release.kind}`);
}

/** Which step of the release stands for each step of the model; `null`: none. And what is looser. */
export interface Matched {
  readonly stands: readonly (number | null)[];
  readonly looser: readonly Looser[];
}

/**
 * Finds the model's steps among the release's, in order; further ones may stand between them. The
 * first that is strict enough is taken: what comes after it is the most that can be left.
 */
export function matchSteps(release: Policy, model: Policy): Matched {
  const stands: (number | null)[] = [];
  const looser: Looser[] = [];
  let from = 0;
  for (const step of model.steps) {
    const sameKind = release.steps.flatMap((one, i) =>
      i >= from && one.kind === step.kind ? [{ i, looser: compareStep(one, step, i) }] : [],
    );
    const strict = sameKind.find((one) => one.looser.length === 0)?.i;
    const nearest = strict ?? sameKind[0]?.i;
    stands.push(strict ?? null);
    if (strict === undefined) looser.push(...(sameKind[0]?.looser ?? []));
    if (nearest === undefined)
      looser.push({
        ...{ field: '/steps', release: 'no such step there', model: describeStep(step) },
        todo: `add ${describeStep(step)}${from > 0 ? ` after step ${from}` : ''}`,
      });
    else from = nearest + 1;
  }
  return { stands, looser };
}

/** Who has got the candidate's answers once a step has begun: shares in basis points. */
interface Exposure {
  /** Of everybody. */
  readonly all: number;
  /** Of the members of segments, by rings. */
  readonly rings: ReadonlyMap<string, number>;
}
const EVERYBODY: Exposure = { all: 10_000, rings: new Map() };

function exposureAt(steps: readonly Step[], index: number): Exposure {
  let all = 0;
  for (const step of steps.slice(0, index + 1)) {
    if (step.kind === 'canary' && !isRing(step)) all = step.weight;
    if (step.kind === 'bake') all = 10_000;
  }
  return { all, rings: ringSharesUpTo(steps, index) };
}

/** Nobody knows how large a segment is, so its members have a share only by a ring of theirs, or by everybody's. */
const shareFor = ({ ring }: StepOf<'canary'>, { all, rings }: Exposure): number =>
  ring === null ? all : Math.min(...ring.map((segment) => Math.max(all, rings.get(segment) ?? 0)));

const shareField = (step: StepOf<'canary'>): string => (isRing(step) ? 'percentage' : 'weight');
const shareOf = (step: StepOf<'canary'>): string =>
  isRing(step) ? describeRing(step) : formatPercent(step.weight);

/**
 * Further steps must not show the candidate to more callers, or copy requests to it, before the
 * model's own would: a canary before the model's approval is none of the model's way.
 */
export function compareExposure(release: Policy, model: Policy, { stands }: Matched): readonly Looser[] {
  return release.steps.flatMap((step, i): Looser[] => {
    if (stands.includes(i) || (step.kind !== 'canary' && step.kind !== 'shadow')) return [];
    const next = stands.findIndex((at) => at === null || at > i);
    const after = next === -1 ? model.steps.length : next;
    const coming = model.steps[after];
    if (step.kind === 'canary') {
      const may = shareFor(step, coming === undefined ? EVERYBODY : exposureAt(model.steps, after));
      if (step.weight <= may) return [];
      return [tooEarly(`/steps/${i}/canary/${shareField(step)}`, shareOf(step), may, coming)];
    }
    const traffic = model.steps.findIndex((s) => s.kind === 'shadow' || s.kind === 'canary');
    const copies = coming === undefined || coming.kind !== 'approval' || (traffic !== -1 && traffic < after);
    return copies ? [] : [tooEarly(`/steps/${i}/shadow/sample`, formatPercent(step.sample), 0, coming)];
  });
}

const tooEarly = (field: string, release: string, may: number, coming: Step | undefined): Looser => ({
  ...{ field, release },
  model: `${formatPercent(may)} before ${coming ? describeStep(coming) : 'the end'}`,
  todo:
    may > 0 ? `write at most ${formatPercent(may)}, or move the step behind it` : 'move the step behind it',
});

/** The last step before promotion in which a gate is judged, where it must be proven; -1: none. */
function provenAt(policy: Policy, gate: string): number {
  const judged = policy.gates.find((g) => g.name === gate)?.in ?? [];
  return policy.steps.findLastIndex(({ kind }) => kind !== 'bake' && judged.some((one) => one === kind));
}

/**
 * A gate must have passed before a rollout leaves the last step in which it is judged. A further
 * step in which it is judged puts that off: the candidate must not reach more callers meanwhile
 * than it does where the model's policy asks for the proof.
 */
export function compareProof(release: Policy, model: Policy, { stands }: Matched): readonly Looser[] {
  if (model.promoteWhen !== 'proven') return [];
  const found = new Map<number, Looser>();
  for (const { name, dryRun } of model.gates) {
    const due = provenAt(model, name);
    const at = stands[due] ?? null;
    if (dryRun || due === -1 || at === null) continue;
    const asks = exposureAt(model.steps, due);
    for (let i = at + 1; i <= provenAt(release, name); i++) {
      const step = release.steps[i];
      if (step?.kind !== 'canary') continue;
      const may = shareFor(step, asks);
      if (step.weight <= may) continue;
      found.set(i, {
        field: `/steps/${i}/canary/${shareField(step)}`,
        release: `${shareOf(step)} before ${name} is proven`,
        model: `${formatPercent(may)} until it is`,
        todo: `write at most ${formatPercent(may)}, or put the step before the one that proves ${name}`,
      });
    }
  }
  return [...found.values()];
}
