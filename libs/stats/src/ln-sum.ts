const { exp, log } = Math;

/** Logarithm of the mean of numbers given by their logarithms, without overflow. */
export const lnMean = (logs: readonly number[]): number => lnSum(logs) - log(logs.length);

/** Logarithm of the sum of numbers given by their logarithms, without overflow. */
export function lnSum(logs: readonly number[]): number {
  let most = -Infinity;
  for (const ln of logs) if (ln > most) most = ln;
  if (most === -Infinity) return -Infinity;
  let sum = 0;
  // What is smaller than the rounding of the largest adds nothing.
  for (const ln of logs) if (ln > most - 40) sum += exp(ln - most);
  return most + log(sum);
}
