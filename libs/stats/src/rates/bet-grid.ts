/** What one bet wins (natural logarithm of its factor) by each kind of request. */
export interface Bet {
  /** Logarithm of its share of the stake. */
  readonly lnShare: number;
  readonly candidateBad: number;
  readonly candidateGood: number;
  readonly primaryBad: number;
  readonly primaryGood: number;
}

/** `above`: bets that the candidate's rate is higher than the hypothesis allows. */
export type Side = 'above' | 'below';

/**
 * Rates that bets are made for, and the part of the stake on each: in between, a neighbour does nearly as well. They lie on
 * both sides of one half, since "bad" may be the usual outcome (nine of ten users do not click). Most models fail rarely,
 * so there is most of the stake.
 */
const BASES: readonly { readonly rate: number; readonly part: number }[] = [
  { rate: 0.0001, part: 1.5 },
  { rate: 0.001, part: 2.5 },
  { rate: 0.006, part: 3 },
  { rate: 0.03, part: 2 },
  { rate: 0.15, part: 1.2 },
  { rate: 0.5, part: 1.2 },
  { rate: 0.85, part: 1.2 },
  { rate: 0.97, part: 1 },
  { rate: 0.995, part: 1 },
];
const SMALLEST_EXCESS = 0.001;
const LARGEST_EXCESS = 0.9;
const EXCESS_FACTOR = 2.5;
/** The part on "the candidate is much better", beside one each on "both are alike" and on half of it. */
const MUCH_BETTER_PART = 0.25;
/** A bet never stakes all: one request cannot end it. */
const MOST_STAKED = 0.98;

/**
 * The bets on a difference of two rates: for each base rate, and each distance of the truth from the hypothesis' edge, the
 * bet that grows fastest there, to the second order.
 * @param difference the hypothesis' edge, candidate minus primary, in (−1, 1)
 * @param ratio requests of the candidate for each of the primary's
 * @param unitSize of `below`: how many requests of a unit may fail together (`unitSize`)
 */
export function betGrid(difference: number, ratio: number, side: Side, unitSize = 1): readonly Bet[] {
  const bets = BASES.flatMap(({ rate, part }) => {
    const edge = edgeAt(rate, difference);
    if (edge === null) return [];
    const distances = side === 'above' ? above(difference, edge) : below(difference, rate);
    const whole = distances.reduce((sum, distance) => sum + distance.part, 0);
    return distances.map((distance) => ({
      part: (part * distance.part) / whole,
      bet:
        side === 'above'
          ? betAt(edge, distance.excess, ratio, MOST_STAKED)
          : safetyBet(edge, distance.excess, { difference, ratio, unitSize }),
    }));
  });
  const whole = bets.reduce((sum, { part }) => sum + part, 0);
  return bets.map(({ part, bet }) => ({ ...bet, lnShare: Math.log(part / whole) }));
}

interface Edge {
  /** The candidate's rate. */
  readonly p: number;
  /** The primary's. */
  readonly q: number;
}

/** Both rates at the hypothesis' edge, the one nearer to 0 or 1 at `rate`; `null` where there are no such. */
function edgeAt(rate: number, difference: number): Edge | null {
  const q = rate > 0.5 === difference > 0 ? rate - difference : rate;
  const p = q + difference;
  return p > 0 && p < 1 && q > 0 && q < 1 ? { p, q } : null;
}

interface Distance {
  readonly excess: number;
  readonly part: number;
}

/** How much worse than allowed it may be: from half the margin up to always, and one bet beyond, which stakes the most. */
function above(difference: number, { p }: Edge): readonly Distance[] {
  return ladder(Math.max(Math.abs(difference) / 2, SMALLEST_EXCESS), Math.min(LARGEST_EXCESS, 1 - p));
}

/** Safety is bet on by "both are alike", the whole margin away from the edge, and by "the candidate is much better". */
function below(difference: number, rate: number): readonly Distance[] {
  const room = Math.min(rate, 1 - rate);
  if (difference <= 0)
    return ladder(Math.max(-difference / 2, room / 50), Math.max(rate > 0.5 ? 1 - rate : rate, -difference));
  const alike = [
    { excess: difference, part: 1 },
    { excess: difference / 2, part: 1 },
  ];
  return room / 4 > difference ? [...alike, { excess: room / 4, part: MUCH_BETTER_PART }] : alike;
}

function ladder(from: number, to: number): readonly Distance[] {
  const steps: Distance[] = [{ excess: from, part: 1 }];
  for (let excess = from * EXCESS_FACTOR; excess < to * EXCESS_FACTOR; excess *= EXCESS_FACTOR)
    steps.push({ excess, part: 1 });
  return steps;
}

/**
 * For small stakes c on a request of the candidate and −ratio·c on one of the primary the stake grows by
 * c·excess − c²(p(1−p) + ratio·q(1−q))/2 for each of the candidate's: most at c = excess/(p(1−p) + ratio·q(1−q)). Twice that
 * grows by nothing, and more loses, however much data there is.
 */
function betAt({ p, q }: Edge, excess: number, ratio: number, most: number): Omit<Bet, 'lnShare'> {
  const wanted = excess / (p * (1 - p) + ratio * q * (1 - q));
  /** The worst that one request can do to the stake, per unit of c. */
  const worst = wanted > 0 ? Math.max(p, ratio * (1 - q)) : Math.max(1 - p, ratio * q);
  return betOf({ p, q }, Math.sign(wanted) * Math.min(Math.abs(wanted), most / worst), ratio);
}

/**
 * A bet on the difference of two rates at 0, made for one rate of both.
 * @param part of all that may be staked on one request, in (−1, 1): above 0 it is a bet on more of the candidate, below on less
 */
export function staked(rate: number, part: number, ratio: number): Omit<Bet, 'lnShare'> {
  const worst = part > 0 ? Math.max(rate, ratio * (1 - rate)) : Math.max(1 - rate, ratio * rate);
  return betOf({ p: rate, q: rate }, part / worst, ratio);
}

function betOf({ p, q }: Edge, c: number, ratio: number): Omit<Bet, 'lnShare'> {
  const d = -ratio * c;
  return {
    candidateBad: Math.log1p(c * (1 - p)),
    candidateGood: Math.log1p(-c * p),
    primaryBad: Math.log1p(d * (1 - q)),
    primaryGood: Math.log1p(-d * q),
  };
}

/** How much worse it may be, requests of the candidate for each of the primary's, and how many of a unit may fail together. */
interface Asked {
  readonly difference: number;
  readonly ratio: number;
  readonly unitSize: number;
}

/** A bet that the candidate is better than the edge, less what it wins too much where units fail as a whole. */
function safetyBet(edge: Edge, excess: number, { difference, ratio, unitSize }: Asked): Omit<Bet, 'lnShare'> {
  const most = Math.min(MOST_STAKED, mostOnOne(excess / Math.abs(difference), unitSize));
  const bet = betAt(edge, -excess, ratio, most);
  const units = { difference, base: edge.q, size: unitSize };
  const toll = tollOfUnits(bet.candidateBad - bet.candidateGood, units);
  return {
    ...bet,
    candidateBad: bet.candidateBad - toll,
    candidateGood: bet.candidateGood - toll,
  };
}

/** What may be staked on one request, so that those of a unit together are not staked on more than need be. @param part of the margin that is bet on */
export const mostOnOne = (part: number, unitSize: number): number =>
  unitSize <= 1 ? 1 : (STAKED_ON_A_UNIT * Math.min(1, part)) / unitSize;
/** A unit that fails then leaves e^-3 of the stake; more wins hardly more, and loses more by failures of chance. */
const STAKED_ON_A_UNIT = 3;

/** Units that fail as a whole, beside requests that fail by chance. */
export interface WholeUnits {
  /** The candidate's rate above the primary's, in (0, 1): the units' doing. */
  readonly difference: number;
  /** The primary's rate. */
  readonly base: number;
  /** Requests of each unit. */
  readonly size: number;
}

/**
 * What a bet on safety wins too much, as a logarithm for each request of the candidate, where units fail as a whole.
 *
 * Let a failed request multiply the stake by r < 1, as compared with one that is well, requests fail with chance q, and π = d/(1 − q), d being the margin. If
 * the π is each request's own, the stake is multiplied by 1 − π(1 − ρ) on average, ρ = r/(1 − q(1 − r)), beside what q does: that makes the bet fair. Where it is the chance that *a unit* fails with
 * all of its n requests, it is 1 − π(1 − ρ^n) for n requests: a unit costs no more than all that was staked on it. The bet would win the difference however bad the candidate is.
 * Less that it is fair for units, and more than fair for what lies between: parts f of units, π/f of which fail, since 1 − ρ^n is concave in n,
 * and a margin of which some is diffuse.
 *
 * Sizes differ, and are known by Σn²/Σn alone (`unitSize`), the mean size of the unit of a request. −ln(1 − π(1 − ρ^n))/n is convex in n for π ≤ ½ (it is the mean
 * of a logistic function left of its middle), so by Jensen's inequality no sizes with the same Σn²/Σn cost more than equal ones.
 * @param lnBad ln r, below 0
 * @returns 0 or more; 0 for units of one request
 */
export function tollOfUnits(lnBad: number, { difference, base, size }: WholeUnits): number {
  if (size <= 1 || difference <= 0) return 0;
  const whole = Math.min(1, difference / (1 - base));
  const lnRho = lnBad - Math.log1p(base * Math.expm1(lnBad));
  return Math.log1p(whole * Math.expm1(lnRho * size)) / size - Math.log1p(whole * Math.expm1(lnRho));
}
