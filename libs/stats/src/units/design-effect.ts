import type { Rate } from '../rates/bernoulli-sequence.ts';
import { totalOf, type Bins } from '../samples/drift.ts';

/** Units fall into so many groups by a hash of their name. */
export const UNIT_GROUPS = 32;
/** A variance estimated from 32 groups is off by a quarter: less than that is noise. */
export const NOISE = 1.25;

/**
 * How many requests stand for one independent one: the variance of bad events between groups of
 * units over the one that independent requests would have (Kish 1965, "Survey Sampling", design
 * effect; the random-groups estimator of Wolter 2007, ch. 2). Requests of one unit that fail together
 * fall into one group, however far apart in time they are. 1 for independent requests.
 * @param requests by group; @param bad by group
 */
export function designEffect(requests: Bins, bad: Bins): number {
  const n = totalOf(requests);
  const s = totalOf(bad);
  if (n === 0 || s === 0 || s >= n) return 1;
  const rate = s / n;
  const groups = UNIT_GROUPS;
  let squares = 0;
  for (let g = 0; g < groups; g++)
    squares += ((bad[String(g)] ?? 0) - rate * (requests[String(g)] ?? 0)) ** 2;
  const between = (squares * groups) / (groups - 1);
  return Math.max(1, between / (n * rate * (1 - rate)) / NOISE);
}

/** The rate as so many independent requests would have shown it. */
export const deflate = ({ successes, trials }: Rate, effect: number): Rate => ({
  successes: successes / effect,
  trials: trials / effect,
});

/**
 * How many requests stand for one that arrived by itself: the variance of the groups' counts over
 * their mean, 1 where units send alike, more where few send most. For tests on numbers of requests.
 */
export function arrivalEffect(requests: Bins): number {
  const mean = totalOf(requests) / UNIT_GROUPS;
  if (mean === 0) return 1;
  let squares = 0;
  for (let g = 0; g < UNIT_GROUPS; g++) squares += ((requests[String(g)] ?? 0) - mean) ** 2;
  return Math.max(1, squares / (UNIT_GROUPS - 1) / mean / NOISE);
}
