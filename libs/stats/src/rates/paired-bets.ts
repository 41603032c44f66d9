import { lnSum } from '../ln-sum.ts';
import { lnBoundedMeanEvidence, type Stake } from '../means/bounded-mean-bets.ts';
import { sumOf, type Moments } from '../means/moments.ts';
import { mostOnOne, tollOfUnits } from './bet-grid.ts';

/** The same requests answered by both arms: how often only one of them failed. */
export interface PairedFailures {
  readonly onlyCandidate: number;
  readonly onlyPrimary: number;
  readonly both: number;
  /** All pairs, those in which neither failed too. */
  readonly pairs: number;
}

/**
 * Large stakes have most parts: most pairs are alike, and then the largest stake finds soonest that they are. Small ones are for arms that fail
 * often, and apart.
 */
const STAKES: readonly Stake[] = [
  ...[0.0025, 0.005, 0.01, 0.02, 0.04].map((share) => ({ share, part: 1 })),
  ...[0.08, 0.15, 0.25, 0.4, 0.6].map((share) => ({ share, part: 2 })),
  ...[0.8, 0.97].map((share) => ({ share, part: 4 })),
];

/**
 * Logarithm of the e-value against "the candidate's rate of failures is at most the primary's plus `difference`" (`above`), or "at least"
 * (`below`), where both were asked the same requests.
 *
 * With c and p 1 where the candidate and the primary failed on one request, c − p lies in [−1, 1], and its expectation is the difference of the
 * rates, however the two depend on each other (linearity). So it is bet on as the mean of one bounded value (`lnBoundedMeanEvidence`), and not on
 * two arms. A pair in which both failed is worth as much as one in which neither did: what fails both costs nothing, as in McNemar's test
 * (1947), whose question this is at a margin. A function of the counts, so it is merged by adding.
 * @param difference in (−1, 1)
 * @param unitSize of `below`: how many pairs of a unit may fail together (`unitSize`)
 */
export function lnPairedEvidence(
  failures: PairedFailures,
  difference: number,
  side: 'above' | 'below',
  unitSize = 1,
): number {
  const { onlyCandidate, onlyPrimary, pairs } = failures;
  if (pairs === 0) return 0;
  if (side === 'below' && unitSize > 1 && difference > 0)
    return lnSafetyOfUnits(failures, difference, unitSize);
  return lnBoundedMeanEvidence(
    [
      { worth: 1, count: onlyCandidate },
      { worth: 0.5, count: Math.max(0, pairs - onlyCandidate - onlyPrimary) },
      { worth: 0, count: onlyPrimary },
    ],
    (1 + difference) / 2,
    side,
    STAKES,
  );
}

/** Safety, where all pairs of a unit may fail at once: the same bets, on so much less and less the toll (`tollOfUnits`). */
function lnSafetyOfUnits(
  { onlyCandidate, onlyPrimary, pairs }: PairedFailures,
  difference: number,
  unitSize: number,
): number {
  const whole = STAKES.reduce((sum, { part }) => sum + part, 0);
  return lnSum(
    STAKES.map(({ share, part }) => {
      const stake = Math.min(share, mostOnOne(1, unitSize));
      const [bad, better] = [Math.log1p(-stake), Math.log1p((stake * (1 + difference)) / (1 - difference))];
      const alike = Math.log1p((stake * difference) / (1 - difference));
      const toll = tollOfUnits(bad - alike, { difference, base: 0, size: unitSize });
      return (
        Math.log(part / whole) +
        onlyCandidate * bad +
        onlyPrimary * better +
        Math.max(0, pairs - onlyCandidate - onlyPrimary) * alike -
        pairs * toll
      );
    }),
  );
}

/** As so many independent pairs would have shown it. @param effect how many pairs stand for one independent one */
export const deflatePairs = (
  { onlyCandidate, onlyPrimary, both, pairs }: PairedFailures,
  effect: number,
): PairedFailures => ({
  onlyCandidate: onlyCandidate / effect,
  onlyPrimary: onlyPrimary / effect,
  both: both / effect,
  pairs: pairs / effect,
});

/**
 * The four kinds of pairs, from the sums that are kept of them.
 * @param apart of 1 where only the candidate failed, −1 where only the primary did, 0 else: the sum and the sum of squares tell both
 * @param primaryFailed of 1 where the primary failed, with or without the candidate
 */
export function pairedFailures(apart: Moments, primaryFailed: Moments): PairedFailures {
  const pairs = apart.n;
  const more = sumOf(apart);
  const discordant = Math.min(pairs, Math.max(0, Math.round(apart.m2 + pairs * apart.mean ** 2)));
  const onlyCandidate = Math.min(discordant, Math.max(0, Math.round((discordant + more) / 2)));
  const onlyPrimary = discordant - onlyCandidate;
  const both = Math.min(pairs - discordant, Math.max(0, Math.round(sumOf(primaryFailed)) - onlyPrimary));
  return { onlyCandidate, onlyPrimary, both, pairs };
}
