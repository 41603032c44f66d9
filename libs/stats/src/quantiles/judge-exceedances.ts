import type { TwoArms } from '../rates/difference-bets.ts';
import { grown, growthUntil } from '../rates/growth.ts';
import { numbers } from '../rates/rate-words.ts';
import type { Rate } from '../rates/bernoulli-sequence.ts';
import { percent } from '../text.ts';
import { blockEffect, exceedancesOfBlocks, isKept, type BlockSums } from '../units/block-effect.ts';
import { coarseOf, isSlice, type Blocks } from '../units/blocks.ts';
import { deflate, NOISE } from '../units/design-effect.ts';
import type { Budget, EvidenceNumbers, Judgement } from '../verdict.ts';
import { lnExceedanceEvidence } from './exceedance-bets.ts';
import { beyond, exceedances, type Exceedances, type TimedArm } from './exceedances.ts';
import { quantileEffect, type QuantileMargin } from './judge-quantiles.ts';
import { bucketAtRank } from './sketch.ts';

/** What is asked of two arms' times. */
export interface AskedOfTimes {
  readonly q: number;
  readonly margin: QuantileMargin;
  /** Requests of the candidate for each of the primary's, as the route declares it. */
  readonly ratio: number;
}

/** Of a gate's budget, what exceedances have; ranks have the rest. */
const SHARE = 0.75;
/** Slices of time must be known of nearly all. */
const NEARLY_ALL = 0.95;

/**
 * Fewer slices of time say nothing of what goes together in time: by four of them, a pause of two seconds on one arm was taken for the candidate's
 * slowness in 5 % of 80 streams.
 */
const FEWEST_SLICES = 8;
const served = (slices: BlockSums): number => [...slices.values()].filter(({ n }) => n > 0).length;

/** What the exceedances may spend, and what the ranks, of a gate that is judged by both: either may decide. */
export const sharedByExceedances = (
  budget: Budget,
): { readonly exceedances: Budget; readonly ranks: Budget } => {
  const part = (share: number): Budget => ({ harm: budget.harm * share, safety: budget.safety * share });
  return { exceedances: part(SHARE), ranks: part(1 - SHARE) };
};

/** Has it been kept of nearly all times of both arms in which slice they were? */
export const hasSlices = (...arms: readonly TimedArm[]): boolean =>
  arms.every(({ sketch, blocks }) => {
    let known = 0;
    for (const [name, counts] of Object.entries(blocks))
      if (isSlice(name)) for (const n of Object.values(counts)) known += n;
    return sketch.count > 0 && known >= NEARLY_ALL * sketch.count;
  });

/**
 * Beside the ranks of a quantile (`judged`): are more of the candidate's times than of the primary's longer than the primary's quantile of just
 * before, the candidate's by more than the margin (`exceedances`)? Two rates over the same seconds, so it is a bet on their difference at 0
 * (`lnExceedanceEvidence`): what both share cancels, and neither quantile need be known. The rates are divided by what goes together by unit (groups, at
 * the quantile of all times) and in time (slices), less what is noise of the estimates (`effectOf`).
 * Where the candidate's times are at most the margin above the primary's, in distribution, harm errs with the chance of its budget; at or above it, safety does.
 */
export function besideExceedances(
  judged: Judgement,
  candidate: TimedArm,
  primary: TimedArm,
  asked: AskedOfTimes,
  budget: Budget,
): Judgement {
  const harm = evidenceOf(candidate, primary, asked, 'above', budget.harm);
  const safety = evidenceOf(candidate, primary, asked, 'below', budget.safety);
  if (harm === null || safety === null) return judged;
  const evidence: EvidenceNumbers = numbers(harm.ln, safety.ln, { harm: harm.limit, safety: safety.limit });
  const edge = 'ratio' in asked.margin ? asked.margin.ratio : asked.margin.increase;
  const allowed = 'ratio' in asked.margin ? `${edge} times as much` : `${edge} ms more`;
  const { lower, upper } = judged.interval;
  if (harm.ln >= harm.limit || judged.verdict === 'fail')
    return {
      ...{ ...judged, evidence, verdict: 'fail', requestsNeeded: null },
      interval: { lower: Math.max(lower ?? edge, edge), upper },
      because: `${inWords(judged, harm.seen, asked)}: it is proven to be more than ${allowed}`,
    };
  if (safety.ln >= safety.limit || judged.verdict === 'pass')
    return {
      ...{ ...judged, evidence, verdict: 'pass', requestsNeeded: null },
      interval: { lower, upper: Math.min(upper ?? edge, edge) },
      because: `${inWords(judged, safety.seen, asked)}: it is proven to be less than ${allowed}`,
    };
  const needed = [harm.needed, safety.needed].filter((one) => one !== null);
  return {
    ...{ ...judged, evidence, requestsNeeded: needed.length === 0 ? null : Math.min(...needed) },
    because: `${inWords(judged, safety.seen, asked)}: not proven yet either way; ${allowed} is allowed`,
  };
}

/** What was seen of both quantiles, and of the shares. */
function inWords(judged: Judgement, seen: Exceedances, { q, margin }: AskedOfTimes): string {
  const [shown = ''] = judged.because.split(': ');
  const shareOf = ({ successes, trials }: Rate): string => percent(successes / trials);
  const by = 'ratio' in margin ? `${margin.ratio} times` : `${margin.increase} ms more than`;
  return `${shown}; ${shareOf(seen.candidate)} of the candidate's took longer than ${by} the primary's p${Math.round(q * 100)} of just before, ${shareOf(seen.primary)} of the primary's longer than that itself`;
}

interface Found {
  readonly ln: number;
  readonly limit: number;
  readonly seen: Exceedances;
  /** Requests of the candidate until it is enough, if it goes on as so far; `null`: it comes no nearer, or is enough. */
  readonly needed: number | null;
}

function evidenceOf(
  candidate: TimedArm,
  primary: TimedArm,
  asked: AskedOfTimes,
  side: 'above' | 'below',
  level: number,
): Found | null {
  const seen = exceedances(candidate, primary, asked.q, asked.margin, side);
  if (seen.slices.some((slices) => served(slices) < FEWEST_SLICES)) return null;
  const limit = Math.log(1 / level);
  const lnOf = (effect: number): number =>
    lnExceedanceEvidence(armsBy(seen, effect, asked.ratio), asked.q, side);
  // What goes together makes it less: where all of it is too little, that need not be found out.
  if (lnOf(1) < 0) return { ...{ ln: lnOf(1), limit, seen }, needed: null };
  const found = effectOf(seen, candidate, primary, asked, side);
  const effect = Math.max(1, Math.min(found, seen.candidate.trials, seen.primary.trials));
  const ln = lnOf(effect);
  const times =
    ln >= limit
      ? null
      : growthUntil((more) => {
          const [arms] = grown([armsBy(seen, effect, asked.ratio)], more);
          return arms ? lnExceedanceEvidence(arms, asked.q, side) : 0;
        }, limit);
  return { ln, limit, seen, needed: times === null ? null : Math.ceil((times - 1) * candidate.sketch.count) };
}

const armsBy = (seen: Exceedances, effect: number, ratio: number): TwoArms => ({
  candidate: deflate(seen.candidate, effect),
  primary: deflate(seen.primary, effect),
  ratio,
});

/** Of a rate of which nothing, or everything, was seen, half a one was missed. */
const varianceOf = ({ successes, trials }: Rate): number => {
  const share = (successes + 0.5) / (trials + 1);
  return share * (1 - share);
};

/**
 * How many of the times that were counted weigh as one: by unit and in time, less the one that both contain. By unit it is the largest of a dozen
 * estimates, so that much of it is taken for noise (`NOISE`).
 *
 * In time it is what the counts show. For safety, where both arms are longer than their own quantiles in the same seconds, it is what those show: far from the margin the counts
 * show more than there is at the margin, which is where a proof of safety may err. In a burst that slows both, all of the primary's times are longer than usual, and of a
 * good candidate's none is five times longer; of one at the margin as many are.
 */
function effectOf(
  seen: Exceedances,
  candidate: TimedArm,
  primary: TimedArm,
  { q, margin }: AskedOfTimes,
  side: 'above' | 'below',
): number {
  const alone = (which: (blocks: Blocks) => Blocks): number =>
    quantileEffect(
      [candidate, primary].map(({ sketch, blocks }) => ({ sketch, blocks: which(blocks) })),
      q,
    );
  const { both, each } = unitEffects(candidate, primary, q, margin);
  const byUnit = Math.max(1, Math.max(alone(groupsOf), both, each) / NOISE);
  const shown = blockEffect([
    { blocks: seen.slices[0], variance: varianceOf(seen.candidate) },
    { blocks: seen.slices[1], variance: varianceOf(seen.primary) },
  ]);
  const own = side === 'below' ? alone(slicesOf) : Infinity;
  return byUnit + (own < SHARED ? Math.min(shown, own) : shown) - 1;
}
/** Arms that are longer than usual in the same seconds have no more than this in time; estimated from some twenty slices, one that has none seldom shows more. */
const SHARED = 1.6;

/**
 * How many times weigh as one since they are of the same units, where two quantiles are the margin apart: of "longer than the primary's quantile" (the
 * candidate's by more than the margin), and of "longer than the candidate's" likewise, the larger one. At its own quantile an arm looks alike: where a few
 * units are slow, and most of them on one arm, that quantile lies among their times.
 * Units fall on the arms by lot, so what one arm's show may be what a small one has not met yet, as in a bake.
 */
export function unitEffectApart(
  candidate: TimedArm,
  primary: TimedArm,
  q: number,
  margin: QuantileMargin,
): number {
  const { both, each } = unitEffects(candidate, primary, q, margin);
  return Math.max(1, both, each / NOISE);
}

/** Of the difference of both arms, and of one of them alone: the largest at the two pairs of quantiles. */
function unitEffects(
  candidate: TimedArm,
  primary: TimedArm,
  q: number,
  margin: QuantileMargin,
): { readonly both: number; readonly each: number } {
  const [own, others] = [groupsOf(candidate.blocks), groupsOf(primary.blocks)];
  if (!isKept(own) || !isKept(others)) return { both: 1, each: 1 };
  const [usual, ofCandidate] = [primary, candidate].map(({ sketch }) =>
    bucketAtRank(sketch, Math.max(1, Math.ceil(q * sketch.count))),
  );
  if (typeof usual !== 'number' || typeof ofCandidate !== 'number') return { both: 1, each: 1 };
  const apart = beyond(usual, margin) - usual;
  const bounds = [
    [coarseOf(usual + apart), coarseOf(usual)],
    [coarseOf(ofCandidate), coarseOf(ofCandidate - apart)],
  ] as const;
  // Kept in coarse buckets, so it is the larger one of those at both bounds of the bucket.
  const pairs = bounds.flatMap(([at, other]) =>
    [0, 1].map((up) => [
      withVariance(exceedancesOfBlocks(own, at + up)),
      withVariance(exceedancesOfBlocks(others, other + up)),
    ]),
  );
  return {
    both: Math.max(...pairs.map(blockEffect)),
    each: Math.max(...pairs.flat().map((arm) => blockEffect([arm]))),
  };
}

const groupsOf = (blocks: Blocks): Blocks =>
  Object.fromEntries(Object.entries(blocks).filter(([name]) => !isSlice(name)));
const slicesOf = (blocks: Blocks): Blocks =>
  Object.fromEntries(Object.entries(blocks).filter(([name]) => isSlice(name)));

function withVariance(blocks: BlockSums): { readonly blocks: BlockSums; readonly variance: number } {
  let [successes, trials] = [0, 0];
  for (const { n, sum } of blocks.values()) {
    successes += sum;
    trials += n;
  }
  return { blocks, variance: varianceOf({ successes, trials }) };
}
