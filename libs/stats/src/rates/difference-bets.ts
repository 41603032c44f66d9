import type { Rate } from './bernoulli-sequence.ts';
import { betGrid, type Bet, type Side } from './bet-grid.ts';
import { lnSum } from '../ln-sum.ts';
import { lnPairedEvidence, type PairedFailures } from './paired-bets.ts';

/** The rates of bad events of two arms over the same time, and how many requests each gets for one of the other. */
export interface TwoArms {
  readonly candidate: Rate;
  readonly primary: Rate;
  /** Requests that the candidate gets for each of the primary's, as the route declares it: weight/(1 − weight). */
  readonly ratio: number;
  /** How many requests one unit sends, as they are counted here (`unitSize`); 1, as if each had a unit of its own, where nothing is said. */
  readonly unitSize?: number | undefined;
  /** Where both were asked the very same requests: how they failed on each. Then it is these that are judged. */
  readonly paired?: PairedFailures | undefined;
}

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
 * The average over a fixed grid of bets (`bet-grid.ts`) is one again, and a function of the sums alone.
 *
 * `below` holds too where what is worse about the candidate comes in whole units of `unitSize` requests, seen or not (`tollOfUnits`).
 * @param difference in (−1, 1)
 */
export function lnDifferenceEvidence(arms: TwoArms, difference: number, side: Side): number {
  const { candidate, primary, paired } = arms;
  if (paired) return lnPairedEvidence(paired, difference, side, arms.unitSize);
  if (candidate.trials === 0 || primary.trials === 0) return 0;
  const ratio = usableRatio(arms);
  const size = side === 'below' ? stepOfSize(arms.unitSize ?? 1) : 1;
  const key = `${difference} ${ratio} ${side} ${size}`;
  return lnOfBets(
    keptBets(key, () => betGrid(difference, ratio, side, size)),
    arms,
  );
}

/** Logarithm of what the stake has become over these requests, when it is spread over these bets. */
export function lnOfBets(bets: readonly Bet[], { candidate, primary }: TwoArms): number {
  const sb = candidate.successes;
  const sg = candidate.trials - sb;
  const pb = primary.successes;
  const pg = primary.trials - pb;
  return lnSum(
    bets.map(
      (bet) =>
        bet.lnShare +
        bet.candidateBad * sb +
        bet.candidateGood * sg +
        bet.primaryBad * pb +
        bet.primaryGood * pg,
    ),
  );
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

const made = new Map<string, readonly Bet[]>();
const MOST_MADE = 1_000;
let last: { key: string; bets: readonly Bet[] } | null = null;

/** Margins, weights and sizes of units are few, so the grids of verdicts are made once. @param key what they are made of */
export function keptBets(key: string, make: () => readonly Bet[]): readonly Bet[] {
  if (last?.key === key) return last.bets;
  const bets = made.get(key) ?? make();
  if (made.size >= MOST_MADE) made.clear();
  made.set(key, bets);
  last = { key, bets };
  return bets;
}

/** Grids are made for sizes of units a tenth apart: the next larger one asks for no less than the size itself. */
function stepOfSize(unitSize: number): number {
  if (unitSize <= 1) return 1;
  return SIZE_FACTOR ** Math.ceil(Math.log(unitSize) / Math.log(SIZE_FACTOR));
}
const SIZE_FACTOR = 1.1;
