import type { Rate } from './bernoulli-sequence.ts';
import { deflate, designEffect, NOISE, UNIT_GROUPS } from '../units/design-effect.ts';
import { totalOf, type Bins } from '../samples/drift.ts';

/** Bad events of one arm, and how they fall on groups of units. */
export interface UnitCounts {
  readonly rate: Rate;
  readonly requests: Bins;
  readonly bad: Bins;
}

/** Both arms, divided by the number of requests that weigh as one. */
export interface DiscountedRates {
  readonly candidate: Rate;
  readonly primary: Rate;
  /** Requests that stand for one independent one; 1 or more. */
  readonly effect: number;
}

/** Two arms as so many independent requests would have shown them. */
export interface IndependentRates {
  /** For the question of harm: a unit that fails by itself counts as one request. */
  readonly harm: DiscountedRates;
  /** For the question of safety: such a unit counts in full, since it is not proven to be safe. */
  readonly safety: DiscountedRates;
  /** Groups that `harm` counts as one request each, of both arms. */
  readonly countedAsOne: number;
}

/**
 * Both arms' bad events, discounted for requests of one unit that fail together (`designEffect`, the
 * larger of the two: the bets need both arms counted alike).
 *
 * Units are drawn by lot, not requests: one busy unit that always fails is on one arm only, and
 * however many its requests are, they are one draw. So a group of units that holds more of all bad
 * events than chance explains counts as one request in harm, of the arm that has most of them. The bet stays fair: with a
 * share w of the requests on the candidate such a unit multiplies the stake by
 * w(1 + c(1 − p)) + (1 − w)(1 + d(1 − q)) = 1 + wc(q − p) on average, which is below 1
 * (`difference-bets.ts`; ratio = w/(1 − w)).
 *
 * The groups are chosen by both arms' counts together: chosen by each arm's own, some thirty busy units stand out on one
 * arm and by chance not on the other, and leaving them out makes two arms that are alike look apart.
 *
 * What goes together in time is one more source of variance. Variances add, so the two effects do, less the one of independent requests
 * that both contain (Cameron, Gelbach, Miller 2011, without the term of what both sources share: never too small). Multiplied, a session
 * of 20 requests, which is in one group and in one second, counted as one of 400.
 * @param inTime requests that weigh as one since they come together in time (`meanEffect`); 1: none do
 */
export function independentRates(candidate: UnitCounts, primary: UnitCounts, inTime = 1): IndependentRates {
  const groups = outlyingGroups(mergeBins(candidate.bad, primary.bad));
  const safety = discounted(candidate, primary, inTime);
  if (groups.length === 0) return { harm: safety, safety, countedAsOne: 0 };
  const out = new Set(groups);
  const rest = discounted(without(candidate, out), without(primary, out), inTime);
  const isCandidates = (g: string): boolean => (candidate.bad[g] ?? 0) >= (primary.bad[g] ?? 0);
  return {
    harm: {
      candidate: plusOneEach(rest.candidate, candidate, groups.filter(isCandidates)),
      primary: plusOneEach(
        rest.primary,
        primary,
        groups.filter((g) => !isCandidates(g)),
      ),
      effect: rest.effect,
    },
    safety,
    countedAsOne: groups.length,
  };
}

function plusOneEach(rate: Rate, { requests, bad }: UnitCounts, groups: readonly string[]): Rate {
  const shares = groups.map((g) => Math.min(1, (bad[g] ?? 0) / Math.max(1, requests[g] ?? 0)));
  return {
    successes: rate.successes + shares.reduce((sum, share) => sum + share, 0),
    trials: rate.trials + groups.length,
  };
}

function discounted(candidate: UnitCounts, primary: UnitCounts, inTime: number): DiscountedRates {
  const byUnits = Math.max(...[candidate, primary].map((arm) => designEffect(arm.requests, arm.bad)));
  // No arm weighs less than one request.
  const most = Math.min(candidate.rate.trials, primary.rate.trials);
  const effect = Math.max(1, Math.min(byUnits + inTime - 1, most));
  return { candidate: deflate(candidate.rate, effect), primary: deflate(primary.rate, effect), effect };
}

/** A group that holds more of the bad events than this likely by chance is one unit's doing. */
const UNLIKELY = 1e-3;

/**
 * The groups of units that alone hold more of the bad events than chance explains, the largest
 * first. Chance: a bad event falls into any group alike, so the chance of a share q or more of s events
 * is at most exp(-s·KL(q, 1/groups)) (Chernoff 1952), times the groups looked at. Where a group has more of the requests, too,
 * it is left out sooner than need be: one unit that sends a third of them must be, before its first few failures are taken
 * for those of many. Where bad events come in clusters in most groups (sessions that fail as a whole), clusters are counted, not events.
 */
export function outlyingGroups(bad: Bins): readonly string[] {
  const cluster = usualCluster(bad);
  const largestFirst = Object.entries(bad)
    .map(([group, count]) => [group, count / cluster] as const)
    .sort(([, a], [, b]) => b - a);
  const outlying: string[] = [];
  let left = totalOf(bad) / cluster;
  for (const [group, count] of largestFirst) {
    if (!isUnlikely(count, left)) break;
    outlying.push(group);
    left -= count;
  }
  return outlying;
}

/** Fewer bad events a group than this say nothing of how large clusters are. */
const FEWEST_A_GROUP = 4;

/**
 * How many bad events come at once in the middle half of the groups: their variance by the distance of the quartiles over their mean. A few
 * groups that stand out do not change it, so they still stand out.
 */
function usualCluster(bad: Bins): number {
  const mean = totalOf(bad) / UNIT_GROUPS;
  if (mean < FEWEST_A_GROUP) return 1;
  const counts = Array.from({ length: UNIT_GROUPS }, (_, g) => bad[String(g)] ?? 0).sort((a, b) => a - b);
  const quartile = (at: number): number => ((counts[at - 1] ?? 0) + (counts[at] ?? 0)) / 2;
  const spread = (quartile((3 * UNIT_GROUPS) / 4) - quartile(UNIT_GROUPS / 4)) / QUARTILES_OF_NORMAL;
  return Math.max(1, spread ** 2 / mean / NOISE);
}
/** The quartiles of a normal distribution are so many standard deviations apart. */
const QUARTILES_OF_NORMAL = 1.349;

function isUnlikely(count: number, total: number): boolean {
  const [share, usual] = [count / total, 1 / UNIT_GROUPS];
  if (total === 0 || share <= usual) return false;
  const rest = share < 1 ? (1 - share) * Math.log((1 - share) / (1 - usual)) : 0;
  const lnTail = -total * (share * Math.log(share / usual) + rest);
  return lnTail + Math.log(UNIT_GROUPS) < Math.log(UNLIKELY);
}

const mergeBins = (one: Bins, other: Bins): Bins => {
  const groups = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...groups].map((g) => [g, (one[g] ?? 0) + (other[g] ?? 0)]));
};

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
