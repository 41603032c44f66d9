import { betGrid, staked, type Bet, type Side } from '../rates/bet-grid.ts';
import { keptBets, lnOfBets, usableRatio, type TwoArms } from '../rates/difference-bets.ts';

/** A choice, and its part of the stake. */
type Part = readonly [choice: number, part: number];
/** Rates of both arms that are bet on, as multiples of 1 − q: the primary's as the threshold was chosen, and the middle of both where the candidate's is three times that. */
const RATES: readonly Part[] = [
  [1, 0.6],
  [2, 0.4],
];
/** Parts of all that may be staked on one request: little finds little, and much is sooner where much is wrong (or well). */
const STAKES: Readonly<Record<Side, readonly Part[]>> = {
  above: [
    [0.03, 0.5],
    [0.1, 1],
    [0.22, 1.5],
    [0.45, 2],
    [0.8, 1.5],
  ],
  below: [
    [0.1, 0.5],
    [0.3, 1],
    [0.65, 1],
    [0.93, 1],
  ],
};
/** The part on a load that moves the rates far from 1 − q. */
const ANY_RATE = 0.12;

/**
 * Logarithm of the e-value against "the candidate's times are longer than what the margin makes of a threshold no more often than the primary's are longer
 * than it" (`above`), or "no less often" (`below`): a bet on the difference of two rates at 0, as `lnDifferenceEvidence`.
 * The threshold is the primary's own quantile, so its rate is known beforehand to be near 1 − q: next to nothing is spent on finding it out.
 * @param q the quantile, in (0, 1)
 */
export function lnExceedanceEvidence(arms: TwoArms, q: number, side: Side): number {
  if (arms.candidate.trials === 0 || arms.primary.trials === 0) return 0;
  const ratio = usableRatio(arms);
  return lnOfBets(
    keptBets(`longer ${q} ${ratio} ${side}`, () => exceedanceGrid(q, ratio, side)),
    arms,
  );
}

/** The bets: those for a rate near 1 − q, and the general grid. @param ratio requests of the candidate for each of the primary's */
export function exceedanceGrid(q: number, ratio: number, side: Side): readonly Bet[] {
  const whole = STAKES[side].reduce((sum, [, part]) => sum + part, 0);
  const own = RATES.flatMap(([times, ofRates]) =>
    STAKES[side].map(([part, ofStakes]) => ({
      ...staked(Math.min(0.5, times * (1 - q)), side === 'above' ? part : -part, ratio),
      lnShare: Math.log(((1 - ANY_RATE) * ofRates * ofStakes) / whole),
    })),
  );
  const general = betGrid(0, ratio, side);
  return [...own, ...general.map((bet) => ({ ...bet, lnShare: bet.lnShare + Math.log(ANY_RATE) }))];
}
