import type { Rate } from './bernoulli-sequence.ts';

const { exp, log } = Math;

/** The rates of bad events of two arms over the same time, and how many requests each gets for one of the other. */
export interface TwoArms {
  readonly candidate: Rate;
  readonly primary: Rate;
  /** Requests that the candidate gets for each of the primary's, as the route declares it: weight/(1 − weight). */
  readonly ratio: number;
}

/** What one bet wins (natural logarithm of its factor) by each kind of request. */
interface Bet {
  readonly candidateBad: number;
  readonly candidateGood: number;
  readonly primaryBad: number;
  readonly primaryGood: number;
}

type Side = 'above' | 'below';

/** Rates of the primary that bets are made for; in between, one of the neighbours does nearly as well. */
const BASES: Readonly<Record<Side, readonly number[]>> = {
  above: [0.001, 0.01, 0.1, 0.4],
  below: [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.25, 0.5],
};
const SMALLEST_EXCESS = 0.001;
const EXCESS_FACTOR = 2.2;
/** A bet never stakes all: one request cannot end it. */
const MOST_STAKED = 0.98;

/**
 * Logarithm of the e-value against "at every moment the candidate's rate is at most the primary's
 * plus `difference`" (`above`), or "at least" (`below`).
 *
 * A bet multiplies its stake by 1 + c(y − p) for a request of the candidate with outcome y (1: bad),
 * and by 1 + d(y − q) for one of the primary, where p = q + `difference` and `ratio`·c = −d. For any
 * rates P, Q of the moment the expected logarithm of the stake grows by at most
 * n·c·ratio·((P − Q) − difference), which is not positive under the hypothesis: a supermartingale,
 * whatever the common rate does meanwhile (waves, bursts), so by Ville's inequality it exceeds 1/α
 * with probability at most α, ever. The condition on c and d is that of the reverse information
 * projection of Turner, Ly, Grünwald (2024), "Generic E-variables for exact sequential k-sample
 * tests that allow for optional stopping", Theorem 1; betting after Waudby-Smith & Ramdas (2024).
 * The average over a fixed grid of bets is one again, and a function of the sums alone.
 * @param difference in (−1, 1)
 */
export function lnDifferenceEvidence(arms: TwoArms, difference: number, side: Side): number {
  const { candidate, primary } = arms;
  if (candidate.trials === 0 || primary.trials === 0) return 0;
  const ratio = usableRatio(arms);
  const sb = candidate.successes;
  const sg = candidate.trials - sb;
  const pb = primary.successes;
  const pg = primary.trials - pb;
  const bets = betsOn(difference, ratio, side);
  const logs = bets.map(
    (bet) => bet.candidateBad * sb + bet.candidateGood * sg + bet.primaryBad * pb + bet.primaryGood * pg,
  );
  return lnMean(logs);
}

/** Standard errors by which the arms' shares may miss the declared ones and still be bet on by them. */
const NEAR = 2;

/**
 * The ratio to bet by: the declared one, as long as the requests fall as it says, by chance. One busy
 * unit can bring an arm many times its share, though; bets on the declared ratio would then take a
 * high rate of both arms for a difference. The ratio that was seen is taken instead, to three digits: given who went where, that
 * bet's expectation is at most 1 at each moment too. That it stays so at all moments together is
 * shown by simulation (`coverage.test.ts`), not proven.
 */
export function usableRatio({ candidate, primary, ratio }: TwoArms): number {
  const expected = (candidate.trials + primary.trials) * (ratio / (1 + ratio));
  const error = Math.sqrt(expected / (1 + ratio));
  if (Math.abs(candidate.trials - expected) <= NEAR * Math.max(0.5, error)) return ratio;
  return Number((candidate.trials / primary.trials).toPrecision(3));
}

/** Logarithm of the mean of numbers given by their logarithms, without overflow. */
export function lnMean(logs: readonly number[]): number {
  let most = -Infinity;
  for (const ln of logs) if (ln > most) most = ln;
  if (most === -Infinity) return -Infinity;
  let sum = 0;
  // What is smaller than the rounding of the largest adds nothing.
  for (const ln of logs) if (ln > most - 40) sum += exp(ln - most);
  return most + log(sum / logs.length);
}

const made = new Map<string, readonly Bet[]>();
const MOST_MADE = 1_000;
let last: { difference: number; ratio: number; side: Side; bets: readonly Bet[] } | null = null;

/** The grid of bets; margins and weights are few, so the grids of verdicts are made once. */
function betsOn(difference: number, ratio: number, side: Side): readonly Bet[] {
  if (last?.difference === difference && last.ratio === ratio && last.side === side) return last.bets;
  const key = `${difference} ${ratio} ${side}`;
  const known = made.get(key);
  if (known) {
    last = { difference, ratio, side, bets: known };
    return known;
  }
  const bets = BASES[side].flatMap((base) =>
    excessesOf(difference, side, base).flatMap((excess) => betOn(base, difference, excess, ratio) ?? []),
  );
  if (made.size >= MOST_MADE) made.clear();
  made.set(key, bets);
  return bets;
}

/** How far the candidate's rate is from the hypothesis' edge, in the alternatives that bets are made for. */
function excessesOf(difference: number, side: Side, base: number): readonly number[] {
  // Safety is bet on by "both arms are alike": the edge is the whole margin away, shared by both arms.
  if (side === 'below')
    return [-Math.max(Math.abs(difference), base / 4), -Math.max(Math.abs(difference), base / 4) / 2];
  const excesses: number[] = [];
  for (let e = Math.max(Math.abs(difference) / 2, SMALLEST_EXCESS); e < 0.9; e *= EXCESS_FACTOR)
    excesses.push(e);
  return excesses;
}

/** `null` where no such bet exists: rates outside (0, 1). */
function betOn(base: number, difference: number, excess: number, ratio: number): Bet | null {
  const q = difference < 0 ? base - difference : base;
  const p = q + difference;
  if (!(p > 0 && p < 1 && q > 0 && q < 1)) return null;
  const limit = (c: number): number => {
    const d = -ratio * c;
    // The worst that one request can do to the stake, per unit of c.
    return Math.max(c > 0 ? c * p : -c * (1 - p), d > 0 ? d * q : -d * (1 - q));
  };
  const wanted = excess / (p * (1 - p));
  const c = wanted * Math.min(1, MOST_STAKED / limit(wanted));
  const d = -ratio * c;
  return {
    candidateBad: Math.log1p(c * (1 - p)),
    candidateGood: Math.log1p(-c * p),
    primaryBad: Math.log1p(d * (1 - q)),
    primaryGood: Math.log1p(-d * q),
  };
}
