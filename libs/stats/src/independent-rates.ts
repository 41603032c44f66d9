import type { Rate } from './bernoulli-sequence.ts';
import { deflate, designEffect, UNIT_GROUPS } from './design-effect.ts';
import { totalOf, type Bins } from './drift.ts';

/** Bad events of one arm, and how they fall on groups of units. */
export interface UnitCounts {
  readonly rate: Rate;
  readonly requests: Bins;
  readonly bad: Bins;
}

/** Two arms as so many independent requests would have shown them. */
export interface IndependentRates {
  /** For the question of harm: without groups in which one unit's failures drown all others. */
  readonly harm: { readonly candidate: Rate; readonly primary: Rate };
  /** For the question of safety: everything, since what is left out is not proven to be safe. */
  readonly safety: { readonly candidate: Rate; readonly primary: Rate };
  /** Requests that `harm` leaves out, of both arms. */
  readonly leftOut: number;
}

/**
 * Both arms' bad events, discounted for requests of one unit that fail together (`designEffect`, the
 * larger of the two: the bets need both arms counted alike).
 *
 * A single busy unit that always fails is on one arm only, and no count of its requests makes its
 * version the cause. A group of units with far more of the bad events than its share of the
 * requests is left out of harm on both arms; it stays in safety, so such a version is not
 * promoted as proven either.
 */
export function independentRates(candidate: UnitCounts, primary: UnitCounts): IndependentRates {
  const outlying = new Set([candidate, primary].flatMap((arm) => outlyingGroup(arm.requests, arm.bad) ?? []));
  const all = discounted(candidate, primary);
  if (outlying.size === 0) return { harm: all, safety: all, leftOut: 0 };
  const [c, p] = [without(candidate, outlying), without(primary, outlying)];
  const leftOut = candidate.rate.trials + primary.rate.trials - c.rate.trials - p.rate.trials;
  return { harm: discounted(c, p), safety: all, leftOut };
}

function discounted(candidate: UnitCounts, primary: UnitCounts): { candidate: Rate; primary: Rate } {
  const effect = Math.max(...[candidate, primary].map((arm) => designEffect(arm.requests, arm.bad)));
  return { candidate: deflate(candidate.rate, effect), primary: deflate(primary.rate, effect) };
}

/** A group that holds more of the bad events than this likely by chance is one unit's doing. */
const UNLIKELY = 1e-3;

/**
 * The group of units that holds more of an arm's bad events than its share of the requests and
 * chance explain, or `null`. Bad events fall into the group by its share r of the requests; the
 * chance of a share q or more of s is at most exp(-s·KL(q, r)) (Chernoff 1952), times the groups looked at.
 * A version that fails for everybody has no such group, however few units there are.
 */
export function outlyingGroup(requests: Bins, bad: Bins): string | null {
  const [n, s] = [totalOf(requests), totalOf(bad)];
  if (n === 0 || s === 0) return null;
  let [worst, least] = ['', 0];
  for (const [group, count] of Object.entries(bad)) {
    const [share, usual] = [count / s, (requests[group] ?? 0) / n];
    if (share <= usual || usual === 0) continue;
    const rest = share < 1 ? (1 - share) * Math.log((1 - share) / (1 - usual)) : 0;
    const lnTail = -s * (share * Math.log(share / usual) + rest);
    if (lnTail < least) [worst, least] = [group, lnTail];
  }
  return least + Math.log(UNIT_GROUPS) < Math.log(UNLIKELY) ? worst : null;
}

function without({ rate, requests, bad }: UnitCounts, groups: ReadonlySet<string>): UnitCounts {
  const rest = (bins: Bins): Bins =>
    Object.fromEntries(Object.entries(bins).filter(([group]) => !groups.has(group)));
  const dropped = (bins: Bins): number => totalOf(bins) - totalOf(rest(bins));
  return {
    rate: {
      successes: Math.max(0, rate.successes - dropped(bad)),
      trials: Math.max(0, rate.trials - dropped(requests)),
    },
    requests: rest(requests),
    bad: rest(bad),
  };
}
