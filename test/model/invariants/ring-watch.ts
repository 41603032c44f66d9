import { policyOf } from '#libs/engine';
import { isRing, type RingStep } from '#libs/rollout';
import { bucketOf, type Dealt, dealArm, type RouteCandidate, unitHash, unitName } from '#libs/traffic';
import { Breach } from '../../support/memory/breach.ts';
import type { MemoryState, StoredRoute } from '../../support/memory/memory-state.ts';
import { belongs, type Caller, CALLERS, isInRing } from '../commands/known-callers.ts';

const WHEEL = 10_000;

/** What is known of one rollout's rings by what has been published, and by nothing else. */
interface Rings {
  /** Steps whose rings have begun. */
  readonly begun: Set<number>;
  /** Of each segment, who was in it when its first ring began. */
  readonly members: Map<string, ReadonlySet<string>>;
  /** The largest share of its members that a segment has had. */
  readonly shares: Map<string, number>;
  /** Whoever has had the version on trial. */
  readonly had: Set<string>;
}

/**
 * Rings (ADR 30), by routes as they are published and callers as they are: who is outside of all rings meets the version on trial only by
 * the share of everybody, and is no evidence while a ring is on trial; members are those of when the ring began, whatever becomes of the
 * segment; whoever has had the version keeps it to the end of the rollout; and who counts, counts by lot alone.
 * Mutants: `ring-is-everybody`, `ring-follows-segment`, `ring-is-forgotten`, `ring-judges-all`, `ring-keeps-nobody`, `ring-keeps-judged`,
 * `held-back-from-ring`.
 */
export class RingWatch {
  private readonly known = new Map<string, Rings>();

  /** @throws Breach */
  saw(before: MemoryState, after: MemoryState): void {
    for (const route of after.routes.slice(before.routes.length)) this.check(after, route);
  }

  private check(state: MemoryState, route: StoredRoute): void {
    const rollout = state.rollouts.get(route.rolloutId ?? '');
    const { candidate, stepIndex } = route;
    if (!rollout || stepIndex === null || candidate?.mode !== 'canary') return;
    const { steps } = policyOf(rollout);
    const step = steps[stepIndex];
    const shares = steps.flatMap((one) =>
      one.kind === 'bake'
        ? [WHEEL - one.holdBack]
        : one.kind === 'canary' && !isRing(one)
          ? [one.weight]
          : [],
    );
    const rings = this.known.get(rollout.id) ?? {
      ...{ begun: new Set(), members: new Map(), shares: new Map(), had: new Set() },
    };
    this.known.set(rollout.id, rings);
    if (isRing(step)) begin(rings, state, route.modelId, { step, stepIndex });
    const met = { candidate, ring: isRing(step) ? step : null, least: Math.min(WHEEL, ...shares) };
    for (const caller of CALLERS) checkCaller(rings, route, { ...met, caller });
  }
}

function begin(
  { begun, members, shares }: Rings,
  state: MemoryState,
  modelId: string,
  { step, stepIndex }: { step: RingStep; stepIndex: number },
): void {
  if (begun.has(stepIndex)) return;
  begun.add(stepIndex);
  for (const name of step.ring) {
    shares.set(name, Math.max(step.weight, shares.get(name) ?? 0));
    const segment = state.segments.get(modelId)?.get(name);
    if (members.has(name) || !segment) continue;
    members.set(name, new Set(CALLERS.filter((one) => belongs(one, segment)).map(({ unit }) => unit)));
  }
}

interface Met {
  readonly candidate: RouteCandidate;
  readonly caller: Caller;
  /** The ring on trial; `null`: none is, by now. */
  readonly ring: RingStep | null;
  /** Up to here on the wheel, everybody has the version on trial in each step for everybody, and in the bake. */
  readonly least: number;
}

function checkCaller(rings: Rings, route: StoredRoute, { candidate, caller, ring, least }: Met): void {
  const unit = unitName(caller.unit);
  const place = bucketOf(route.salt, unit);
  const isIn = (name: string): boolean => rings.members.get(name)?.has(caller.unit) === true;
  const kept = Math.max(0, ...[...rings.shares].filter(([name]) => isIn(name)).map(([, share]) => share));
  const dealt = dealArm(route, unitHash(route.salt, unit), isInRing(caller));
  const { heldBack = false, weight } = candidate;
  const isNew = (dealt.arm === 'candidate') !== heldBack;
  const breach = (what: string): never => {
    const name = `${route.model} ${route.primary.version}/${candidate.version}`;
    throw new Breach(`${name}, step ${route.stepIndex}: ${caller.unit.slice(0, 20)} ${what}`);
  };
  const byLot = heldBack ? place < WHEEL - weight : place < weight;
  if (isNew && !byLot && place >= kept) breach('meets the version on trial, and is in no ring that has it');
  if (!isNew && (byLot || place < kept)) breach('does not meet the version on trial, and should');
  if (!isNew && rings.had.has(unit)) breach('had the version on trial, and has lost it');
  if (isNew) rings.had.add(unit);
  checkJudged(dealt, {
    isInRing: ring === null ? null : ring.ring.some(isIn),
    kept,
    place,
    ring,
    breach,
    byLot,
    isNew,
    least,
  });
}

function checkJudged(
  { arm, isJudged }: Dealt,
  met: {
    readonly isInRing: boolean | null;
    readonly kept: number;
    readonly place: number;
    readonly ring: RingStep | null;
    readonly byLot: boolean;
    readonly isNew: boolean;
    readonly least: number;
    readonly breach: (what: string) => never;
  },
): void {
  if (met.ring !== null) {
    if (isJudged && met.isInRing !== true) met.breach('is outside of the ring on trial, and is evidence');
    const isByLot = met.kept <= met.ring.weight;
    if (isJudged !== (met.isInRing === true && isByLot))
      met.breach('is in the ring on trial by lot, and is no evidence');
    if (isJudged && (arm === 'candidate') !== met.place < met.ring.weight)
      met.breach('is evidence, and not by lot');
    return;
  }
  if (isJudged !== met.kept <= met.least)
    met.breach(`is ${isJudged ? '' : 'no '}evidence in spite of what its ring had`);
  if (isJudged && met.isNew !== met.byLot) met.breach('is evidence, and not by lot');
}
