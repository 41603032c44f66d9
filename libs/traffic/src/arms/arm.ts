import { ALL, type BasisPoints } from '#libs/kernel';
import { isListed } from './caller-segments.ts';
import type { Ring, Route } from '../route.ts';
import { unitHash } from './unit-group.ts';

/**
 * The place of a unit on the wheel of a salt: 0 to 9999. A unit is the candidate's when its place is
 * below the weight, so it stays there while the weight grows.
 */
export function bucketOf(salt: string, unit: string): number {
  return unitHash(salt, unit) % ALL;
}

/** What becomes of a request that may go to either arm. */
export interface Dealt {
  readonly arm: 'primary' | 'candidate';
  /** It is in its arm by lot, so it is evidence. Not so: it is no member of the ring on trial, or it keeps the candidate from an earlier ring. */
  readonly isJudged: boolean;
}

const dealt = (isJudged: boolean) => ({
  primary: { arm: 'primary', isJudged } satisfies Dealt,
  candidate: { arm: 'candidate', isJudged } satisfies Dealt,
});
/** Asked with each request: none is made anew. */
const [JUDGED, UNJUDGED] = [dealt(true), dealt(false)];

/** Does the request belong to the segment of a ring? */
export type IsIn = (ring: Ring) => boolean;

/**
 * The arm of a request under a route: a pure function of its unit's place, the weight, and the rings that it is in. The only one: gateways,
 * feedback and `resolve` ask it. Who is held back is taken from the other end of the
 * wheel: units that a canary of up to the rest has not had, so that nobody is moved back by a promotion.
 * @param hash of the unit under the route's salt (`unitHash`)
 */
export function dealArm({ candidate }: Pick<Route, 'candidate'>, hash: number, isIn: IsIn): Dealt {
  if (candidate === null || candidate.mode !== 'canary') return JUDGED.primary;
  const place = hash % ALL;
  const { rings, weight, heldBack = false } = candidate;
  const isBelow = heldBack ? place >= ALL - weight : place < weight;
  if (rings === undefined) return JUDGED[isBelow ? 'candidate' : 'primary'];
  const mine = rings.filter(isIn);
  // Up to here a ring has given its units the version on trial, and they keep it.
  const had = mine.reduce((most, { share }) => Math.max(most, share), 0);
  const kept = place < had;
  const isCandidate = heldBack ? isBelow && !kept : isBelow || kept;
  return (isJudgedIn(rings, mine) ? JUDGED : UNJUDGED)[isCandidate ? 'candidate' : 'primary'];
}

/**
 * While a ring is on trial, its own members are compared with each other, but for those that have the candidate from an earlier ring with a
 * larger share: not by this lot. After that, nobody of a ring that the route still names is in the evidence.
 */
function isJudgedIn(rings: readonly Ring[], mine: readonly Ring[]): boolean {
  const onTrial = rings.find(({ judged }) => judged);
  if (onTrial === undefined) return mine.length === 0;
  return mine.some(({ judged }) => judged) && mine.every(({ share }) => share <= onTrial.share);
}

/** Members of a ring by its list of units: all that is known where there is no request. */
export const byUnit =
  (unit: string): IsIn =>
  ({ rule }) =>
    rule.from === 'units' && isListed(rule.digests, unit);

/** The arm of a unit. @param isIn left out: it is in the rings that list it */
export const chooseArm = (
  route: Pick<Route, 'salt' | 'candidate'>,
  unit: string,
  isIn: IsIn = byUnit(unit),
): 'primary' | 'candidate' => dealArm(route, unitHash(route.salt, unit), isIn).arm;

/** The same where nothing but the unit is known; `null`: a ring is known by a header or a body, so nobody can tell. */
export function dealUnit(route: Pick<Route, 'salt' | 'candidate'>, unit: string): Dealt | null {
  const isUnknown = route.candidate?.rings?.some(({ rule }) => rule.from !== 'units') === true;
  return isUnknown ? null : dealArm(route, unitHash(route.salt, unit), byUnit(unit));
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
