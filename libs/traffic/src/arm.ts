import { ALL, type BasisPoints } from '#libs/kernel';
import type { Route } from './route.ts';
import { unitHash } from './unit-group.ts';

/**
 * The place of a unit on the wheel of a salt: 0 to 9999. A unit is the candidate's when its place is
 * below the weight, so it stays there while the weight grows.
 */
export function bucketOf(salt: string, unit: string): number {
  return unitHash(salt, unit) % ALL;
}

/**
 * The arm of a unit under a route: a pure function of salt, unit and weight. Who is held back is taken from the other end of the
 * wheel: units that a canary of up to the rest has not had, so that nobody is moved back by a promotion.
 */
export function chooseArm(route: Pick<Route, 'salt' | 'candidate'>, unit: string): 'primary' | 'candidate' {
  return route.candidate?.mode === 'canary' ? armOfHash(route, unitHash(route.salt, unit)) : 'primary';
}

/** The same, of a unit's hash under the route's salt (`unitHash`). */
export function armOfHash({ candidate }: Pick<Route, 'candidate'>, hash: number): 'primary' | 'candidate' {
  if (candidate === null || candidate.mode !== 'canary') return 'primary';
  const place = hash % ALL;
  const isIts = candidate.heldBack === true ? place >= ALL - candidate.weight : place < candidate.weight;
  return isIts ? 'candidate' : 'primary';
}

/**
 * Is this request copied to the shadow? Sampled by request, on a wheel of its own, so that the
 * sample says nothing about which units a later canary gets.
 */
export function isMirrored(route: Pick<Route, 'salt' | 'candidate'>, requestId: string): boolean {
  const { candidate } = route;
  if (candidate === null || candidate.mode !== 'shadow') return false;
  return isSampled(`${route.salt}:shadow`, requestId, candidate.weight);
}

function isSampled(salt: string, id: string, share: BasisPoints): boolean {
  return share >= ALL || bucketOf(salt, id) < share;
}
