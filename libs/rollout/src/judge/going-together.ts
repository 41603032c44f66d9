import {
  BLOCKED,
  distinctUnits,
  HISTOGRAM,
  isSlice,
  type Judgement,
  MEASURE,
  meanEffect,
  NO_MOMENTS,
  percent,
  quantileEffect,
  type Sketch,
  type Tally,
  unitsByGroups,
  unitSize,
  varianceOf,
} from '#libs/stats';
import type { Compared } from '../evidence/evidence.ts';

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

/**
 * How many of the counted values a unit has that may go wrong together, whether any has gone wrong yet or not; of those that are left when so
 * many weigh as one. Of a part of the requests (reports) a unit has as many in proportion.
 */
export function sizeOfUnits(
  { trial, baseline }: Pick<Compared, 'trial' | 'baseline'>,
  { effect, trial: values }: { readonly effect: number; readonly trial: number },
): number {
  const groupsOf = ({ histograms }: Tally) => histograms[HISTOGRAM.unitRequests] ?? {};
  // Of a shadow only copies are compared: of a sample a unit has fewer.
  const size = unitSize(groupsOf(trial), trial.measures[MEASURE.primaryFailed] ? {} : groupsOf(baseline));
  return Math.max(1, (1 + ((size - 1) * values) / Math.max(1, trial.requests)) / effect);
}

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

/** So many requests of a unit are worth a word. */
const NOTABLE_SIZE = 2;

/**
 * Says how many distinct units of the candidate a proof of a rate takes, where units send many requests: it counts them (ADR 53).
 * @param size requests of a unit
 * @param times as many of what was seen that prove it, if it goes on as so far; `null`: it comes no nearer
 * @param fewest distinct units that are asked for whatever was seen; `null`: no number of them
 */
export function withUnitsOfProof(
  judged: Judgement,
  { trial }: Pick<Compared, 'trial'>,
  {
    size,
    times,
    fewest,
  }: { readonly size: number; readonly times: number | null; readonly fewest: number | null },
): Judgement {
  if (judged.verdict !== 'undecided' || size < NOTABLE_SIZE) return judged;
  const seen = unitsSeen(trial);
  const together = `a unit sends some ${Math.round(size)} requests, which may fail together`;
  if (seen === null || !Number.isFinite(seen) || times === null)
    return { ...judged, because: `${judged.because}; ${together}, so a proof of safety takes more of them` };
  const asked = Math.max(fewest ?? 0, inTwoDigits(seen * times));
  return {
    ...judged,
    counts: { ...judged.counts, candidateUnits: seen, candidateUnitsNeeded: asked },
    because: `${judged.because}; ${together}: a proof of safety takes about ${asked} distinct units of the candidate, if they do as so far, and ${seen} were seen`,
  };
}

/** What is foreseen is no more exact. */
const inTwoDigits = (n: number): number => Number(n.toPrecision(2));

/**
 * Nothing is proven safe by few units, however many requests they send. Where nobody has counted them, it is left as it is. Where everybody gets
 * the candidate, as many as the primary had before are all that there are.
 * @param most distinct units of the candidate that are asked for
 */
export function byEnoughUnits(
  judged: Judgement,
  { trial, baseline, ratio }: Pick<Compared, 'trial' | 'baseline' | 'ratio'>,
  most: number,
): Judgement {
  const seen = unitsSeen(trial);
  if (seen === null || judged.verdict === 'fail' || judged.verdict === 'no_data') return judged;
  const fewest = ratio === null ? Math.min(most, unitsSeen(baseline) ?? most) : most;
  // What a proof takes besides has been said.
  if (seen >= fewest || judged.counts['candidateUnitsNeeded'] !== undefined) return judged;
  return {
    ...judged,
    verdict: 'undecided',
    counts: { ...judged.counts, candidateUnits: seen, candidateUnitsNeeded: fewest },
    because: `${judged.because}; ${seen} distinct units of the candidate were seen, and a proof of safety needs ${fewest}`,
  };
}

/** Gateways that say of fewer requests than this what goes together leave something to say about it. */
const NEARLY_ALL = 0.95;

/**
 * How many distinct units an arm had; `null` where nobody has counted. Older gateways count by groups only, which is taken where they serve
 * beside others: else those that are counted would seem to be all.
 */
function unitsSeen(arm: Tally): number | null {
  const counted = arm.units === undefined ? null : distinctUnits(arm.units);
  if (counted !== null && knownShare(arm) >= NEARLY_ALL) return counted;
  const groups = arm.histograms[HISTOGRAM.unitRequests];
  if (groups === undefined) return counted;
  return Math.max(counted ?? 0, unitsByGroups(groups));
}

/** The share of an arm's requests of which gateways have said what goes together. */
function knownShare({ blocks, latency }: Tally): number {
  if (latency.count === 0) return 1;
  let known = 0;
  for (const [block, counts] of Object.entries(blocks?.[BLOCKED.latency] ?? {}))
    if (!isSlice(block)) for (const n of Object.values(counts)) known += n;
  return Math.min(1, known / latency.count);
}

/** Says of how many requests it is known what goes together, where some gateways say so and others, of an older release, do not. */
export function withWhatIsKnown(judged: Judgement, { trial, baseline }: Compared['everybody']): Judgement {
  const [ofTrial, ofBaseline] = [knownShare(trial), knownShare(baseline)];
  const isAll = Math.min(ofTrial, ofBaseline) >= NEARLY_ALL;
  if (isAll || Math.max(ofTrial, ofBaseline) === 0 || judged.verdict === 'no_data') return judged;
  return {
    ...judged,
    because: `${judged.because}; which requests go together is known of ${percent(ofTrial)} of the candidate's and ${percent(ofBaseline)} of the primary's, from gateways of this release: the others are taken to be alike`,
  };
}
