import betalnCjs from '@stdlib/math-base-special-betaln';

// The package is CommonJS with `export =`; under NodeNext the callable is the default import.
const betaln = betalnCjs as unknown as (a: number, b: number) => number;

/**
 * Successes among trials: `0 <= successes <= trials`. Fractions are welcome: a sum of outcomes in
 * [0, 1], or counts divided by a design effect.
 */
export interface Rate {
  readonly successes: number;
  readonly trials: number;
}

/** The mixture's Beta(a, b). One half each (Jeffreys) is sharp for rates near 0 and near 1. */
const PRIOR = 0.5;
const PRIOR_LN_BETA = betaln(PRIOR, PRIOR);

/** s ln p, with 0 ln 0 = 0. */
const xlogy = (x: number, y: number): number => (x === 0 ? 0 : x * Math.log(y));

/**
 * Logarithm of the e-value against "the success probability is p" after this rate was seen:
 * ln B(a+s, b+n−s) − ln B(a, b) − s ln p − (n−s) ln(1−p).
 * The mixture martingale of Robbins (1970); see Howard, Ramdas, McAuliffe, Sekhon (2021), §4.
 */
export function lnEvidenceAgainst({ successes, trials }: Rate, p: number): number {
  if (trials === 0) return 0;
  const failures = trials - successes;
  const mixture = betaln(PRIOR + successes, PRIOR + failures) - PRIOR_LN_BETA;
  return mixture - xlogy(successes, p) - xlogy(failures, 1 - p);
}

/**
 * The Bernoulli confidence sequence: the set of p with `lnEvidenceAgainst < ln(1/alpha)`.
 * It covers the true p at every moment at once with probability at least 1 − alpha (Ville's
 * inequality), so it may be looked at after every request.
 * @param alpha error probability, 0 < alpha < 1
 * @returns bounds in [0, 1]; [0, 1] without data
 */
export function bernoulliInterval(rate: Rate, alpha: number): { lower: number; upper: number } {
  assertRate(rate);
  const { successes, trials } = rate;
  if (trials === 0) return { lower: 0, upper: 1 };
  const limit = Math.log(1 / alpha);
  const inside = (p: number): boolean => lnEvidenceAgainst(rate, p) < limit;
  const mean = successes / trials;
  return {
    lower: successes === 0 ? 0 : bisect(0, mean, inside),
    upper: successes === trials ? 1 : bisect(1, mean, inside),
  };
}

/**
 * The whole numbers s for which n trials with success probability p are not rejected at alpha:
 * the same set as `bernoulliInterval`, read the other way round.
 * @returns the smallest and the largest such s
 */
export function bernoulliAcceptance(trials: number, p: number, alpha: number): { from: number; to: number } {
  const limit = Math.log(1 / alpha);
  const accepted = (s: number): boolean => lnEvidenceAgainst({ successes: s, trials }, p) < limit;
  const centre = Math.min(trials, Math.max(0, Math.round(trials * p)));
  return { from: searchInteger(0, centre, accepted), to: searchInteger(trials, centre, accepted) };
}

/**
 * The evidence is convex in p with its minimum at the mean: between outside and inside lies one root.
 * It is found to the precision of a double, whatever its size: near 0 a small absolute distance is
 * a large share of the bound (1 of 2,408 at alpha 1e-6 has its lower bound at 3e-12).
 */
function bisect(outside: number, inside: number, isInside: (p: number) => boolean): number {
  let out = outside;
  let inn = inside;
  for (;;) {
    const middle = (out + inn) / 2;
    // No double lies between them. From 0 that takes at most 1,100 halvings, mostly about 60.
    if (middle === out || middle === inn) break;
    if (isInside(middle)) inn = middle;
    else out = middle;
  }
  // The end that is still outside: the interval is never too short by a rounding error.
  return out;
}

/** The accepted number farthest from `inside` towards `outside`, both ends included. */
function searchInteger(outside: number, inside: number, accepted: (s: number) => boolean): number {
  if (accepted(outside)) return outside;
  let out = outside;
  let inn = inside;
  while (Math.abs(out - inn) > 1) {
    const middle = Math.trunc((out + inn) / 2);
    if (accepted(middle)) inn = middle;
    else out = middle;
  }
  return inn;
}

function assertRate({ successes, trials }: Rate): void {
  if (!Number.isFinite(successes) || !Number.isFinite(trials) || successes < 0 || successes > trials) {
    throw new RangeError(`not a rate: ${successes} of ${trials}`);
  }
}
