import { lnMean } from './ln-sum.ts';

/** The share of the stake on the first stratum. */
const FIRST = 0.7;

/**
 * Evidence of one hypothesis from several stretches of traffic (strata: steps of different weight),
 * each given by the logarithm of its e-value, in the order in which they ran. Counts are never
 * pooled over strata (Simpson's paradox: the base rate moves while the weight does).
 *
 * Products of e-values of strata are e-values; so is any average of them. Most of the
 * stake is put on "from the first stratum on", for that is where most harm shows; the rest on
 * starting at each later one, so that harm which begins late is not drowned in the good time before.
 * @param logs one for each stratum that has begun
 * @param strata how many there will be at most; those to come count as e-values of 1
 */
export function lnOverStrata(logs: readonly number[], strata: number): number {
  if (logs.length === 0) return 0;
  if (strata <= 1) return logs[0] ?? 0;
  const later = Math.log((1 - FIRST) / (strata - 1));
  let product = 0;
  const stakes: number[] = [];
  for (let i = logs.length - 1; i >= 0; i--) {
    product += logs[i] ?? 0;
    stakes.push(product + (i === 0 ? Math.log(FIRST) : later));
  }
  const waiting = strata - logs.length;
  if (waiting > 0) stakes.push(later + Math.log(waiting));
  return lnMean(stakes) + Math.log(stakes.length);
}
