import {
  besideMultiple,
  deflate,
  growthUntilSafe,
  judgeRateIncrease,
  judgeRatesApart,
  MEASURE,
  MULTIPLE_SHARE,
  NO_MOMENTS,
  type PairedFailures,
  sumOf,
  type Budget,
  type Judgement,
  type Moments,
  type Rate,
  type Tally,
} from '#libs/stats';
import { judgedSteps, perStep } from '../budget/error-budget.ts';
import { comparedIn, type Compared } from '../evidence/evidence.ts';
import type { Case } from './gate-case.ts';
import { fewestUnitsOf } from '../evidence/enough-units.ts';
import { sizeOfUnits, weighed, within, withUnitsOfProof } from './going-together.ts';
import type { EvidenceGate, RateMargin } from '../policy/gates/gates.ts';

export interface Pair {
  readonly trial: Rate;
  readonly baseline: Rate;
  /** Of a shadow: how both failed on each request; `paired` as so many independent ones, `pairs` as they were counted. */
  readonly paired?: PairedFailures | undefined;
  readonly pairs?: PairedFailures | undefined;
  /** Units that fail by themselves, which count as one request each. */
  readonly countedAsOne?: number;
  /** How many requests stand for one independent one, and how many there were of the trial and of the baseline. */
  readonly together?: { readonly effect: number; readonly trial: number; readonly baseline: number };
}

/** Both arms as so many independent requests. */
export function goingTogether(trial: Rate, baseline: Rate, found: number): Pair {
  const effect = within(found, trial.trials, baseline.trials);
  return {
    trial: deflate(trial, effect),
    baseline: deflate(baseline, effect),
    together: { effect, trial: trial.trials, baseline: baseline.trials },
  };
}
export type Question = 'harm' | 'safety';
export type ReadPair = (
  compared: Compared & { readonly ratio: number | null },
  question: Question,
  stepIndex: number,
) => Pair;

export const measure = (tally: Tally, name: string): Moments => tally.measures[name] ?? NO_MOMENTS;

/** Bad ones among zeros and ones. A sum of ones is whole, whatever the rounding. */
export function badOf(moments: Moments, worse: 'higher' | 'lower'): Rate {
  const ones = Math.min(moments.n, Math.max(0, Math.round(sumOf(moments))));
  return { successes: worse === 'higher' ? ones : moments.n - ones, trials: moments.n };
}

/** How much higher the rate may be, and how many times as high (`besideMultiple`). */
type IncreaseMargin = Extract<RateMargin, { readonly increase: number }>;

/** A rate by strata: every step so far in which the gate is judged and both arms ran side by side. */
export function judgeRates(
  gate: EvidenceGate,
  on: Case,
  budget: Budget,
  read: ReadPair,
  { increase: margin, harmRatio }: IncreaseMargin,
  inverted: boolean,
): Judgement {
  const here = comparedIn(on.policy, on.stepIndex, on.evidence, on.pick);
  const apart = here.ratio === null;
  const steps = judgedSteps(on.policy, gate);
  const sideBySide = steps.filter((i) => comparedIn(on.policy, i, {}).ratio !== null);
  // Steps that are judged by themselves spend their share; the chain of the others spends the rest.
  const chain = {
    ...budget,
    harm: (budget.harm * Math.max(1, sideBySide.length)) / Math.max(1, steps.length),
  };
  if (apart) {
    const { trial, baseline } = read(here, 'harm', on.stepIndex);
    return inWords(judgeRatesApart(trial, baseline, margin, perStep(budget, steps.length)), inverted);
  }
  const strata = strataOf(gate, on, (compared, question, stepIndex) => {
    const { trial, baseline, paired, together: weights } = read(compared, question, stepIndex);
    const unitSize = weights && sizeOfUnits(compared, weights);
    return { candidate: trial, primary: baseline, ratio: ratioOf(compared), paired, unitSize };
  });
  const { countedAsOne = 0, together, pairs } = read(here, 'harm', on.stepIndex);
  const forMultiple = harmRatio === undefined ? 0 : MULTIPLE_SHARE;
  const byIncrease = judgeRateIncrease(strata, margin, { ...chain, harm: chain.harm * (1 - forMultiple) });
  const byBoth =
    harmRatio === undefined
      ? byIncrease
      : besideMultiple(byIncrease, strata, harmRatio, chain.harm * forMultiple);
  const alone = besidePairs(inWords(byBoth, inverted), pairs);
  const judged = together
    ? withUnitsOfProof(weighed(alone, together.effect, together.trial, together.baseline), here, {
        size: sizeOfUnits(here, { ...together, effect: 1 }),
        times: alone.verdict === 'undecided' ? growthUntilSafe(strata, margin, chain) : null,
        fewest: fewestUnitsOf(gate),
      })
    : alone;
  if (countedAsOne === 0) return judged;
  const because = `${judged.because} (for harm, ${countedAsOne} groups of units that fail by themselves count as one request each)`;
  return { ...judged, because };
}

/** Says how both versions failed on the same requests: what fails both is no fault of either. */
function besidePairs(judged: Judgement, pairs: PairedFailures | undefined): Judgement {
  if (!pairs || judged.verdict === 'no_data') return judged;
  const { onlyCandidate, onlyPrimary, both } = pairs;
  return {
    ...judged,
    counts: { ...judged.counts, onlyCandidateBad: onlyCandidate, onlyPrimaryBad: onlyPrimary, bothBad: both },
    because: `${judged.because}; on the same requests ${onlyCandidate} times only the candidate, ${onlyPrimary} times only the primary, ${both} times both`,
  };
}

/** Where more is better, the rate that is judged is that of the ones that lack it. */
export function inWords(judged: Judgement, inverted: boolean): Judgement {
  return inverted ? { ...judged, because: `without it ${judged.because}` } : judged;
}

/** Pairs of a shadow are one to one, when the gateways say how the primary fared on each copy. */
export function ratioOf({ trial, ratio }: Compared): number {
  if (trial.measures[MEASURE.primaryFailed]) return 1;
  return ratio ?? 1;
}

export function strataOf<T>(
  gate: EvidenceGate,
  on: Case,
  read: (compared: Compared, question: Question, stepIndex: number) => T,
): { harm: T[]; safety: T[]; most: { harm: number; safety: number } } {
  const sideBySide = judgedSteps(on.policy, gate).filter((i) => comparedIn(on.policy, i, {}).ratio !== null);
  const kind = on.policy.steps[on.stepIndex]?.kind;
  const sameKind = (i: number): boolean => on.policy.steps[i]?.kind === kind;
  const at = (steps: readonly number[], question: Question): T[] =>
    steps
      .filter((i) => i <= on.stepIndex)
      .map((i) => read(comparedIn(on.policy, i, on.evidence, on.pick), question, i));
  return {
    harm: at(sideBySide, 'harm'),
    safety: at(sideBySide.filter(sameKind), 'safety'),
    most: { harm: sideBySide.length, safety: sideBySide.filter(sameKind).length },
  };
}
