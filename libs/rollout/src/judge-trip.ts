/** What a gateway saw when it stopped sending callers to a candidate. */
export interface TripSeen {
  /** Of the candidate's last `of` requests so many failed where the primary answered the very same request. */
  readonly failures: number;
  readonly of: number;
  /** So many of its last requests failed one after the other, pauses in between included. */
  readonly inARow: number;
  /** The primary's answers of the same seconds, those in the candidate's stead included, and how many of them were failures. */
  readonly primaryFailures: number;
  readonly primaryOf: number;
}

/** A trip looks at one short window, chosen because it was bad: so it must be very sure. Eight of eight beside eight good answers just are. */
export const MOST_BY_CHANCE = 1e-4;

/**
 * Is it proven, by what one gateway saw, that the candidate fails more often than the primary does at the same time? Fisher's exact
 * test, one-sided: given how many of all answers were failures, the chance that so many or more of them are the candidate's.
 * An outage that hits both versions is in the primary's answers too, and proves nothing.
 * @returns the chance; below `MOST_BY_CHANCE` it is harm
 */
export function chanceOfTrip(seen: TripSeen): number {
  const primary = atMost(seen.primaryFailures, seen.primaryOf, 1_000);
  const window = fisher({ failures: seen.failures, of: seen.of }, primary);
  return Math.min(window, fisher({ failures: seen.inARow, of: seen.inARow }, primary));
}

interface Counts {
  readonly failures: number;
  readonly of: number;
}

/** Fewer answers with at least the same share of failures: the sums below stay short. */
const atMost = (failures: number, of: number, most: number): Counts =>
  of <= most ? { failures, of } : { failures: Math.ceil((failures * most) / of), of: most };

/** P(X >= a) of a hypergeometric X: a of n failed on the one side, b of m on the other. */
function fisher({ failures: a, of: n }: Counts, { failures: b, of: m }: Counts): number {
  const bad = a + b;
  const all = logChoose(n + m, bad);
  let sum = 0;
  for (let x = a; x <= Math.min(n, bad); x++) sum += Math.exp(logChoose(n, x) + logChoose(m, bad - x) - all);
  return Math.min(1, sum);
}

function logChoose(n: number, k: number): number {
  if (k < 0 || k > n) return -Infinity;
  let log = 0;
  for (let i = 1; i <= Math.min(k, n - k); i++) log += Math.log((n - Math.min(k, n - k) + i) / i);
  return log;
}
