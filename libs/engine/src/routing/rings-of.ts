import { isRing, ringsAt, type Policy } from '#libs/rollout';
import { type FrozenSegment, freezeSegment, type RouteCandidate, type Route } from '#libs/traffic';
import type { Stores } from '../ports/ports.ts';
import type { ModelRecord, RolloutRecord } from '../ports/records.ts';

export interface StepOfRollout {
  readonly model: ModelRecord;
  /** The present one, in which the rings before are frozen. */
  readonly route: Route;
  readonly rollout: RolloutRecord;
  readonly policy: Policy;
  readonly stepIndex: number;
}

/**
 * The rings of a step's route. Who is in a ring is frozen when its step begins: those of earlier steps are taken from the present route, and
 * only a ring that begins now is read from the model's segments.
 */
export async function ringsOf(
  stores: Stores,
  { model, route, rollout, policy, stepIndex }: StepOfRollout,
): Promise<Pick<RouteCandidate, 'rings'>> {
  const shares = ringsAt(policy, stepIndex);
  if (shares.length === 0) return {};
  const earlier = route.rolloutId === rollout.id ? (route.candidate?.rings ?? []) : [];
  const frozen = new Map(earlier.map(({ segment, rule }) => [segment, rule]));
  const known = isRing(policy.steps[stepIndex]) ? await stores.segments.of(model.id) : null;
  const ruleOf = (segment: string): FrozenSegment | null => {
    const fresh = known?.get(segment);
    return frozen.get(segment) ?? (fresh ? freezeSegment(fresh) : null);
  };
  const rings = shares.flatMap(({ segment, share, judged }) => {
    const rule = ruleOf(segment);
    // A ring that nobody has passed through (the version was promoted by hand): nobody has anything to keep.
    if (rule === null && !judged) return [];
    if (rule === null) throw new Error(`the segment ${segment} of rollout ${rollout.id} has vanished`);
    return [{ segment, share, judged, rule }];
  });
  return rings.length === 0 ? {} : { rings };
}
