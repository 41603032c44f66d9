import { ALL, formatPercent, type BasisPoints } from '#libs/kernel';
import type { Policy } from '../policy/policy.ts';
import type { Step } from '../policy/steps.ts';

type Canary = Extract<Step, { kind: 'canary' }>;
/** A canary for the members of some segments. */
export type RingStep = Canary & { readonly ring: readonly string[] };

export const isRing = (step: Step | undefined): step is RingStep =>
  step?.kind === 'canary' && step.ring !== null;

/** Where everybody in a ring gets the candidate, nobody who is like them is left to compare with. */
export const isWholeRing = (step: Step | undefined): boolean => isRing(step) && step.weight >= ALL;

/** `staff, pilots (50% of them)` */
export const describeRing = ({ ring, weight }: RingStep): string =>
  `${ring.join(', ')} (${formatPercent(weight)} of them)`;

/** What a segment has at a step, for the route of that step. */
export interface RingShare {
  readonly segment: string;
  readonly share: BasisPoints;
  /** It is on trial in this step. */
  readonly judged: boolean;
}

/**
 * The rings that the route of a step must know. In a ring's step that one and all before it, whose members keep the candidate. After that
 * those that had more than a canary of everybody gives, or than a bake leaves: there some members keep a version not by lot, so all of
 * their ring are left out of the evidence, in each of these steps, so that steps compare the same callers.
 */
export function ringsAt({ steps }: Pick<Policy, 'steps'>, stepIndex: number): readonly RingShare[] {
  const here = steps[stepIndex];
  const shares = [...ringSharesUpTo(steps, stepIndex)];
  if (isRing(here))
    return shares.map(([segment, share]) => ({ segment, share, judged: here.ring.includes(segment) }));
  if (here?.kind !== 'canary' && here?.kind !== 'bake') return [];
  const least = leastForEverybody(steps);
  return shares
    .filter(([, share]) => share > least)
    .map(([segment, share]) => ({ segment, share, judged: false }));
}

/**
 * Segments none of whose requests count at a step for everybody, in either arm: some of their members keep the candidate not by lot. Where
 * they hold all callers, nobody is left to count.
 */
export const uncountedRings = (policy: Pick<Policy, 'steps'>, stepIndex: number): readonly string[] =>
  ringsAt(policy, stepIndex).flatMap(({ segment, judged }) =>
    judged || isRing(policy.steps[stepIndex]) ? [] : [segment],
  );

/** The largest share that each segment has been given by the rings up to a step. */
export function ringSharesUpTo(steps: readonly Step[], stepIndex: number): ReadonlyMap<string, BasisPoints> {
  const had = new Map<string, BasisPoints>();
  for (const step of steps.slice(0, stepIndex + 1))
    if (isRing(step)) for (const one of step.ring) had.set(one, Math.max(step.weight, had.get(one) ?? 0));
  return had;
}

/** Up to here on the wheel, units have the version on trial in every step for everybody. */
const leastForEverybody = (steps: readonly Step[]): BasisPoints =>
  Math.min(
    ALL,
    ...steps.flatMap((step) => {
      if (step.kind === 'bake') return [ALL - step.holdBack];
      return step.kind === 'canary' && step.ring === null ? [step.weight] : [];
    }),
  );

/** Where a policy names segments: places in its document, and the names. */
export const segmentsNamedBy = ({
  steps,
}: Pick<Policy, 'steps'>): readonly { pointer: string; segment: string }[] =>
  steps.flatMap((step, i) =>
    isRing(step) ? step.ring.map((segment) => ({ pointer: `/steps/${i}/canary`, segment })) : [],
  );

interface Mistake {
  readonly path: PropertyKey[];
  readonly detail: string;
}

/** What is wrong with the order of canaries: rings come first, and nobody gets less than before. */
export function canaryMistakes(steps: readonly Step[]): readonly Mistake[] {
  const found: Mistake[] = [];
  const had = new Map<string, BasisPoints>();
  let least = 0;
  steps.forEach((step, i) => {
    if (step.kind !== 'canary') return;
    const at = (field: string, detail: string): void =>
      void found.push({ path: ['steps', i, 'canary', field], detail });
    if (step.ring === null) {
      if (step.weight < least) at('weight', 'a canary gets at least the share of the step before it');
      least = step.weight;
      return;
    }
    const field = step.ring.length === 1 ? 'segment' : 'segments';
    if (least > 0) at(field, 'a ring comes before the first canary of everybody');
    for (const segment of step.ring) {
      if (step.weight < (had.get(segment) ?? 0))
        at(
          'percentage',
          `${segment} gets at least the share of the ring before, ${formatPercent(had.get(segment) ?? 0)}`,
        );
      had.set(segment, step.weight);
    }
  });
  return found;
}
