import chisquareCdfCjs from '@stdlib/stats-base-dists-chisquare-cdf';
import { bernoulliInterval } from '../rates/bernoulli-sequence.ts';
import { alike } from './overflow-bins.ts';
import { short } from '../text.ts';
import { noData, type Budget, type Judgement } from '../verdict.ts';

const chisquareCdf = chisquareCdfCjs as unknown as (x: number, degrees: number) => number;

/** Counts by bin: of a histogram, or of categories. Bins that are missing count 0. */
export type Bins = Readonly<Record<string, number>>;

/** Bins that hold fewer than this in either sample make a distance meaningless. */
export const FEWEST_FOR_DRIFT = 100;
/** Half a value is added to each bin, so that an empty one does not make the distance infinite. */
const SMOOTHING = 0.5;

/** Of one bin. Names come from answers and requests: `constructor` is a name like any other. */
const countIn = (bins: Bins, name: string): number => (Object.hasOwn(bins, name) ? (bins[name] ?? 0) : 0);

export const totalOf = (bins: Bins): number => Object.values(bins).reduce((a, b) => a + b, 0);

function sharesOf(bins: Bins, names: readonly string[]): readonly number[] {
  const total = totalOf(bins) + SMOOTHING * names.length;
  return names.map((name) => (countIn(bins, name) + SMOOTHING) / total);
}

export const namesOf = (a: Bins, b: Bins): readonly string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();

/**
 * Population stability index: sum of (p − q) ln(p/q) over the bins (the symmetric Kullback–Leibler
 * divergence; Yurdakul & Naranjo 2020, "Statistical properties of the population stability index").
 * By custom below 0.1 is stable, above 0.25 has shifted.
 */
export function populationStabilityIndex(a: Bins, b: Bins): number {
  const names = namesOf(a, b);
  const [p, q] = [sharesOf(a, names), sharesOf(b, names)];
  return p.reduce((sum, pi, i) => sum + (pi - (q[i] ?? 0)) * Math.log(pi / (q[i] ?? 1)), 0);
}

/** Jensen–Shannon divergence in bits (Lin 1991): 0 for equal samples, 1 for disjoint ones. */
export function jensenShannon(a: Bins, b: Bins): number {
  const names = namesOf(a, b);
  const [p, q] = [sharesOf(a, names), sharesOf(b, names)];
  const part = (x: number, y: number): number => (x === 0 ? 0 : x * Math.log2((2 * x) / (x + y)));
  return p.reduce((sum, pi, i) => sum + (part(pi, q[i] ?? 0) + part(q[i] ?? 0, pi)) / 2, 0);
}

/**
 * Pearson's chi-square test that two samples come from one distribution. Its p-value holds for one
 * look only: it is shown in reports, and no verdict rests on it.
 */
export function chiSquare(a: Bins, b: Bins): { statistic: number; degrees: number; p: number } {
  const names = namesOf(a, b).filter((name) => countIn(a, name) + countIn(b, name) > 0);
  const [na, nb] = [totalOf(a), totalOf(b)];
  const degrees = names.length - 1;
  if (na === 0 || nb === 0 || degrees < 1) return { statistic: 0, degrees: Math.max(0, degrees), p: 1 };
  let statistic = 0;
  for (const name of names) {
    const both = countIn(a, name) + countIn(b, name);
    for (const [count, n] of [
      [countIn(a, name), na],
      [countIn(b, name), nb],
    ] as const) {
      const expected = (both * n) / (na + nb);
      statistic += (count - expected) ** 2 / expected;
    }
  }
  return { statistic, degrees, p: 1 - chisquareCdf(statistic, degrees) };
}

/**
 * Bounds of the stability index that hold at every moment: each bin's share has its own Bernoulli
 * sequence, at the budget divided by the number of bins; the index is taken at the shares nearest to
 * and farthest from each other.
 * @param fixed the second sample is a profile that is taken as it is
 */
export function stabilityInterval(
  a: Bins,
  b: Bins,
  alpha: number,
  fixed: boolean,
): { readonly lower: number; readonly upper: number } {
  const names = namesOf(a, b);
  const each = alpha / names.length / (fixed ? 1 : 2);
  const boxOf = (bins: Bins) => {
    const trials = totalOf(bins);
    return names.map((name) => bernoulliInterval({ successes: countIn(bins, name), trials }, each));
  };
  const mine = boxOf(a);
  const theirs = fixed ? sharesOf(b, names).map((q) => ({ lower: q, upper: q })) : boxOf(b);
  const tiny = SMOOTHING / (totalOf(a) + totalOf(b) + 1);
  const term = (p: number, q: number): number => {
    const [x, y] = [Math.max(p, tiny), Math.max(q, tiny)];
    return (x - y) * Math.log(x / y);
  };
  let lower = 0;
  let upper = 0;
  mine.forEach((p, i) => {
    const q = theirs[i] ?? p;
    if (p.lower > q.upper) lower += term(p.lower, q.upper);
    else if (q.lower > p.upper) lower += term(p.upper, q.lower);
    upper += Math.max(term(p.upper, q.lower), term(p.lower, q.upper));
  });
  return { lower, upper };
}

/** The part of the budget for histograms in which every name has room. */
const BY_NAME = 0.9;

/** What is compared: names of the two for people, and whether the second one is a profile that is taken as it is. */
export interface DriftOf {
  readonly trial: string;
  readonly reference: string;
  readonly fixed: boolean;
  /** How many values stand for one independent one, of either (`arrivalEffect`); 1. */
  readonly effect?: number;
}

/**
 * Is the distance (stability index) between what arrives and what it is compared with at most `max`? A unit's values may all be the same (its
 * country), and it is the unit that is on an arm by lot: so the counts are divided by the number of values that weigh as one.
 */
export function judgeDrift(
  seen: Bins,
  comparedWith: Bins,
  max: number,
  whole: Budget,
  what: DriftOf,
): Judgement {
  const { one: trial, other: reference, isFolded } = alike(seen, comparedWith);
  const { effect = 1 } = what;
  // Two looks at the same numbers: by their names, and from the first one without room on by where they fall to.
  const part = isFolded ? 1 - BY_NAME : BY_NAME;
  const budget = { harm: whole.harm * part, safety: whole.safety * part };
  const [n, m] = [totalOf(trial), totalOf(reference)];
  const counts = { trial: n, reference: m };
  if (n === 0 || m === 0) return noData(`no values of ${n === 0 ? what.trial : what.reference} yet`, counts);
  const estimate = populationStabilityIndex(trial, reference);
  const fewest = Math.min(n, what.fixed ? n : m);
  if (fewest / effect < FEWEST_FOR_DRIFT)
    return {
      verdict: 'undecided',
      estimate,
      interval: { lower: 0, upper: null },
      counts,
      because: `${fewest} values${weighing(fewest, effect)}; a distribution needs ${FEWEST_FOR_DRIFT}`,
      requestsNeeded: Math.ceil(FEWEST_FOR_DRIFT * effect - fewest),
    };
  const weighed = [divided(trial, effect), what.fixed ? reference : divided(reference, effect)] as const;
  const { lower } = stabilityInterval(...weighed, budget.harm, what.fixed);
  const { upper } = stabilityInterval(...weighed, budget.safety, what.fixed);
  const js = jensenShannon(trial, reference);
  const shown = `${what.trial} against ${what.reference}: stability index ${short(estimate)} (between ${short(lower)} and ${short(upper)}), Jensen–Shannon ${short(js)}`;
  return {
    verdict: lower > max ? 'fail' : upper < max ? 'pass' : 'undecided',
    estimate,
    interval: { lower, upper },
    counts,
    because: `${shown}; ${max} is allowed${weighing(n, effect)}`,
  };
}

const divided = (bins: Bins, by: number): Bins =>
  by === 1 ? bins : Object.fromEntries(Object.entries(bins).map(([name, count]) => [name, count / by]));

/** Less than this is not worth a word. */
const NOTABLE = 1.05;
const weighing = (n: number, effect: number): string =>
  effect < NOTABLE ? '' : `, which weigh as ${Math.round(n / effect)}, since few units send many of them`;
