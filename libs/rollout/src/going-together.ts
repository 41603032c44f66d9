import {
  distinctUnits,
  type Judgement,
  meanEffect,
  NO_MOMENTS,
  quantileEffect,
  type Sketch,
  type Tally,
  varianceOf,
} from '#libs/stats';
import type { Compared } from './evidence.ts';

/** Both arms of a step; `everybody` where a segment is compared. */
export type BothArms = Pick<Compared, 'trial' | 'baseline'> & Partial<Pick<Compared, 'everybody'>>;
export const wholeOf = (arms: BothArms): Compared['everybody'] => arms.everybody ?? arms;

/** Both arms: what they have in common cancels. `trial`: nothing is compared with the baseline. */
export type Side = 'both' | 'trial';

/** How many values of a measure stand for one independent one; what goes together by unit or in time, counts less. */
export function effectOn(compared: BothArms, measure: string, side: Side = 'both'): number {
  const everybody = wholeOf(compared);
  const arms = side === 'both' ? [everybody.trial, everybody.baseline] : [everybody.trial];
  return meanEffect(
    arms.map(({ blocks, measures }) => ({
      blocks: blocks?.[measure],
      variance: varianceOf(measures[measure] ?? NO_MOMENTS),
    })),
  );
}

/** The same of zeros and ones that have a place of their own in a tally. */
export const effectOnRate = (
  arms: readonly { readonly tally: Tally; readonly measure: string; readonly rate: number }[],
  only?: 'time',
): number =>
  meanEffect(
    arms.map(({ tally, measure, rate }) => ({
      blocks: tally.blocks?.[measure],
      variance: Math.max(0, rate * (1 - rate)),
    })),
    only,
  );

/** The same of a time's quantile. @param sketchOf that time of an arm */
export const effectOnQuantile = (
  compared: BothArms,
  time: string,
  sketchOf: (tally: Tally) => Sketch,
  q: number,
): number =>
  quantileEffect(
    [wholeOf(compared).trial, wholeOf(compared).baseline].map((tally) => ({
      sketch: sketchOf(tally),
      blocks: tally.blocks?.[time],
    })),
    q,
  );

/** No arm weighs less than one value. */
export const within = (effect: number, ...counts: readonly number[]): number =>
  Math.max(1, Math.min(effect, ...counts));

/** Less than this is not worth a word. */
const NOTABLE = 1.05;

/** Says how much the values weighed, and asks for so many more. */
export function weighed(judged: Judgement, effect: number, candidate: number, primary?: number): Judgement {
  if (effect < NOTABLE) return judged;
  const both = primary === undefined ? [candidate] : [candidate, primary];
  const weights = both.map((n) => Math.max(1, Math.round(n / effect)));
  return {
    ...judged,
    counts: {
      ...judged.counts,
      candidateEffective: weights[0] ?? 0,
      ...(weights[1] !== undefined && { primaryEffective: weights[1] }),
    },
    because: `${judged.because}; of what goes together by unit or in time ${effect.toFixed(1)} weigh as one: ${weights.join(' and ')} in all`,
    ...(typeof judged.requestsNeeded === 'number' && {
      requestsNeeded: Math.ceil(judged.requestsNeeded * effect),
    }),
  };
}

/**
 * Nothing is proven safe by few units, however many requests they send. Where nobody has counted them, it is left as it is.
 * @param fewest distinct units of the candidate
 */
export function byEnoughUnits(
  judged: Judgement,
  { trial }: Pick<Compared, 'trial'>,
  fewest: number,
): Judgement {
  if (judged.verdict !== 'pass' || trial.units === undefined) return judged;
  const seen = distinctUnits(trial.units);
  if (seen >= fewest) return judged;
  return {
    ...judged,
    verdict: 'undecided',
    counts: { ...judged.counts, candidateUnits: seen },
    because: `${judged.because}; ${seen} distinct units of the candidate were seen, and a proof of safety needs ${fewest}`,
  };
}
