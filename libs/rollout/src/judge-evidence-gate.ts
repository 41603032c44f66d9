import { assertNever } from '#libs/kernel';
import {
  arrivalEffect,
  BLOCKED,
  type Bins,
  deflate,
  deflateMoments,
  FEEDBACK_PREFIX,
  FEWEST_FOR_A_MEAN,
  fewestUnits,
  HISTOGRAM,
  independentRates,
  judgeDrift,
  judgeMeans,
  judgeRateIncrease,
  judgeRateMinimum,
  judgeRateRatio,
  judgeRatesApart,
  judgeSampleRatio,
  MEASURE,
  noData,
  percent,
  NO_MOMENTS,
  sumOf,
  type Budget,
  type Judgement,
  type Moments,
  type Rate,
  type Tally,
  type UnitCounts,
} from '#libs/stats';
import { comparedIn, type Compared, type Evidence, type PickArms, type Profile } from './evidence.ts';
import { judgedSteps, perStep } from './error-budget.ts';
import {
  closedShare,
  closedShareOfEarlier,
  exposureEffect,
  onesIn,
  overExposures,
  proportionOver,
} from './exposures.ts';
import { byEnoughUnits, effectOn, effectOnRate, weighed, within } from './going-together.ts';
import { mostFrequent } from './in-words.ts';
import { judgeEditDistance } from './judge-edit-distance.ts';
import { judgeInputDrift } from './judge-input-drift.ts';
import { judgeTimes } from './judge-times.ts';
import { judgeTextPairs } from './judge-text-pairs.ts';
import { judgeUsage } from './judge-usage.ts';
import type { EvidenceGate, Policy } from './policy.ts';
import { isTimeGate } from './time-metric.ts';
import { isUsageGate } from './usage-metric.ts';

/** What a gate is judged on. */
export interface Case {
  readonly policy: Policy;
  readonly stepIndex: number;
  readonly evidence: Evidence;
  readonly profile: Profile | null;
  /** How long the step's clock has run, in ms; `Infinity`: its traffic is behind it. */
  readonly elapsedMs: number;
  /** Everybody, or one segment. */
  readonly pick: PickArms;
}

/** Judges one gate on the evidence of the gateways, for everybody or for one segment. */
export function judgeEvidenceGate(gate: EvidenceGate, on: Case, budget: Budget): Judgement {
  const steps = judgedSteps(on.policy, gate);
  const here = comparedIn(on.policy, on.stepIndex, on.evidence, on.pick);
  const alone = perStep(budget, steps.length);
  if (isTimeGate(gate)) return judgeTimes(gate, here, alone);
  if (isUsageGate(gate)) return judgeUsage(gate, here, alone);
  switch (gate.metric) {
    case 'error_rate':
    case 'schema_violations': {
      const read = gate.metric === 'error_rate' ? failures : violations;
      if ('ratio' in gate.margin) {
        const { ratio } = here;
        if (ratio === null) return noData('a ratio needs both arms over the same seconds', {});
        const { trial, baseline } = read({ ...here, ratio }, 'harm', on.stepIndex);
        // Failures of a shadow are counted in pairs, violations of all that was asked.
        const odds = gate.metric === 'error_rate' ? ratioOf(here) : ratio;
        const judged = judgeRateRatio(
          { candidate: trial, primary: baseline, ratio: odds },
          gate.margin.ratio,
          alone,
        );
        const proven = byEnoughUnits(judged, here, fewestUnits(NEGLIGIBLE));
        return gate.metric === 'error_rate' ? withReasons(proven, here.trial) : proven;
      }
      const judged = judgeRates(gate, on, budget, read, gate.margin.increase, false);
      return gate.metric === 'error_rate' ? withReasons(judged, here.trial) : judged;
    }
    case 'agreement': {
      const { agreed, compared } = here.trial;
      const effect = within(agreementEffect(here), compared);
      const judged = judgeRateMinimum(
        deflate({ successes: agreed, trials: compared }, effect),
        gate.min,
        alone,
      );
      return whyNot(byEnoughUnits(weighed(judged, effect, compared), here, fewestUnits(1 - gate.min)), here);
    }
    case 'judge_win_rate':
      return judgeTextPairs(gate.min, here.trial, alone);
    case 'rank_correlation': {
      // A correlation lies in [-1, 1]; half of one more lies in [0, 1], where the sequence holds.
      const { n, mean } = measure(here.trial, MEASURE.rankCorrelation);
      const half = (tau: number | null): number | null => (tau === null ? null : 2 * tau - 1);
      const effect = within(effectOn(here, MEASURE.rankCorrelation, 'trial'), n);
      const judged = weighed(
        judgeRateMinimum(
          deflate({ successes: (n * (1 + mean)) / 2, trials: n }, effect),
          (1 + gate.min) / 2,
          alone,
        ),
        effect,
        n,
      );
      if (judged.verdict === 'no_data') return whyNot(judged, here);
      const interval = { lower: half(judged.interval.lower), upper: half(judged.interval.upper) };
      const word = { pass: 'enough', fail: 'too little', undecided: 'not decided yet' }[judged.verdict];
      return {
        ...judged,
        estimate: half(judged.estimate),
        interval,
        counts: { compared: n },
        because: `mean rank correlation ${mean.toFixed(3)} of ${n}, between ${(interval.lower ?? -1).toFixed(3)} and ${(interval.upper ?? 1).toFixed(3)}; at least ${gate.min} is asked for: ${word}`,
      };
    }
    case 'edit_distance_mean':
      return whyNot(judgeEditDistance(gate.max, here.trial, alone), here);
    case 'score_delta': {
      const candidate = measure(here.trial, MEASURE.scoreDelta);
      const effect = within(effectOn(here, MEASURE.scoreDelta, 'trial'), candidate.n);
      const deltas = deflateMoments(candidate, effect);
      const none = { n: deltas.n, mean: 0, m2: 0 };
      const strata = [{ candidate: deltas, primary: none }];
      const judged = judgeMeans(
        { harm: strata, safety: strata, most: { harm: 1, safety: 1 } },
        { worse: 'higher', by: gate.max },
        alone,
      );
      return whyNot(weighed(judged, effect, candidate.n), here);
    }
    case 'output_drift':
    case 'confidence': {
      const name = gate.metric === 'confidence' ? HISTOGRAM.confidence : HISTOGRAM.output;
      const fixed = gate.against === 'baseline';
      const reference = fixed ? on.profile?.histograms[name] : here.baseline.histograms[name];
      if (fixed && !reference) return noData(`the version's baseline has no ${name}`, {});
      const judged = judgeDrift(here.trial.histograms[name] ?? {}, reference ?? {}, gate.max, alone, {
        trial: `the candidate's ${name}`,
        reference: fixed ? 'the training data' : "the primary's",
        fixed,
      });
      return whyNot(judged, here);
    }
    case 'input_drift':
      return judgeInputDrift(here, on.profile, gate.max, alone);
    case 'sample_ratio': {
      const { ratio } = here;
      if (ratio === null) return noData('all requests go to one arm', {});
      const effect = Math.max(...[here.trial, here.baseline].map((arm) => arrivalEffect(requestsOf(arm))));
      return judgeSampleRatio(
        here.trial.requests / effect,
        here.baseline.requests / effect,
        ratio / (1 + ratio),
        alone,
      );
    }
    case 'feedback': {
      const name = feedbackName(gate);
      const over = gate.values === 'mean' ? 'reports' : proportionOver(gate, on.evidence, name);
      const share = over === 'both' ? { ...budget, harm: budget.harm / 2 } : budget;
      const exposed = over === 'reports' ? null : judgeExposures(gate, on, share, here, name);
      // Over all answers, those without feedback are counted too: nothing is left to wait for but the window.
      if (exposed && (over === 'answers' || exposed.verdict === 'fail')) return exposed;
      const immature = immaturity(here, name, gate.maturity);
      if (immature !== null) return immature;
      if (gate.values === 'mean') {
        const effectOf = (c: Compared): number =>
          within(effectOn(c, name), measure(c.trial, name).n, measure(c.baseline, name).n);
        const strata = strataOf(gate, on, (c) => ({
          candidate: deflateMoments(measure(c.trial, name), effectOf(c)),
          primary: deflateMoments(measure(c.baseline, name), effectOf(c)),
        }));
        const judged = judgeMeans(strata, { worse: gate.worse, by: gate.by }, budget);
        const counts = [measure(here.trial, name).n, measure(here.baseline, name).n] as const;
        return byEnoughUnits(weighed(judged, effectOf(here), ...counts), here, FEWEST_FOR_A_MEAN);
      }
      const read: ReadPair = (c) =>
        goingTogether(
          badOf(measure(c.trial, name), gate.worse),
          badOf(measure(c.baseline, name), gate.worse),
          effectOn(c, name),
        );
      const reported = judgeRates(gate, on, share, read, gate.by, gate.worse === 'lower');
      // Harm by either, safety by both.
      return exposed && reported.verdict === 'pass' ? exposed : reported;
    }
    default:
      return assertNever(gate);
  }
}

/** A proportion where only ones are reported: over the answers that each arm gave. */
function judgeExposures(
  gate: Extract<EvidenceGate, { metric: 'feedback' }>,
  on: Case,
  budget: Budget,
  here: Compared,
  name: string,
): Judgement {
  const arms = [here.trial, here.baseline];
  const counts = { candidateRequests: here.trial.requests, primaryRequests: here.baseline.requests };
  if (arms.every((arm) => onesIn(arm, name) === 0))
    return noData(`no ${gate.feedback} has been reported of either arm yet`, counts);
  const read: ReadPair = (compared, question, stepIndex) => {
    const step = on.policy.steps[stepIndex];
    const closedIn = stepIndex === on.stepIndex ? closedShare : closedShareOfEarlier;
    const closed = question === 'safety' && step !== undefined ? closedIn(gate, step, on.elapsedMs) : 1;
    return goingTogether(
      overExposures(compared.trial, name, gate.worse, closed),
      overExposures(compared.baseline, name, gate.worse, closed),
      exposureEffect(compared, name),
    );
  };
  const judged = judgeRates(gate, on, budget, read, gate.by, gate.worse === 'lower');
  // As a proportion an answer counts once. Who reports several of one hides how many answers have none.
  if (judged.verdict === 'pass' && arms.some((arm) => onesIn(arm, name) > arm.requests))
    return {
      ...judged,
      verdict: 'undecided',
      because: `${judged.because}; more ${gate.feedback} has been reported than there were answers, so nothing is proven: report it once for each answer, or judge it by "values: mean"`,
    };
  return judged;
}

/** The measure that a feedback gate reads; a downstream model's carries that model's name. */
export const feedbackName = (gate: { readonly feedback: string; readonly model: string | null }): string =>
  gate.model === null ? FEEDBACK_PREFIX + gate.feedback : `${FEEDBACK_PREFIX}${gate.model}/${gate.feedback}`;

interface Pair {
  readonly trial: Rate;
  readonly baseline: Rate;
  /** Units that fail by themselves, which count as one request each. */
  readonly countedAsOne?: number;
  /** How many requests stand for one independent one, and how many there were of the trial and of the baseline. */
  readonly together?: { readonly effect: number; readonly trial: number; readonly baseline: number };
}

/** Both arms as so many independent requests. */
function goingTogether(trial: Rate, baseline: Rate, found: number): Pair {
  const effect = within(found, trial.trials, baseline.trials);
  return {
    trial: deflate(trial, effect),
    baseline: deflate(baseline, effect),
    together: { effect, trial: trial.trials, baseline: baseline.trials },
  };
}
type Question = 'harm' | 'safety';
type ReadPair = (
  compared: Compared & { readonly ratio: number | null },
  question: Question,
  stepIndex: number,
) => Pair;

const measure = (tally: Tally, name: string): Moments => tally.measures[name] ?? NO_MOMENTS;

/** Bad ones among zeros and ones. A sum of ones is whole, whatever the rounding. */
function badOf(moments: Moments, worse: 'higher' | 'lower'): Rate {
  const ones = Math.min(moments.n, Math.max(0, Math.round(sumOf(moments))));
  return { successes: worse === 'higher' ? ones : moments.n - ones, trials: moments.n };
}

/** Failed requests. Of a shadow: of the copies, and of the primary on the very requests that were copied. */
const failures: ReadPair = (compared, question) => {
  const { trial, baseline } = compared;
  const paired = measure(trial, MEASURE.primaryFailed);
  const primary =
    paired.n > 0 ? badOf(paired, 'higher') : { successes: baseline.errors, trials: baseline.requests };
  const rates = independentRates(
    unitCounts(trial, { successes: trial.errors, trials: trial.requests }),
    unitCounts(baseline, primary),
  );
  // Copies have the same units on both sides, so no unit can be the cause; callers' units are on one.
  const { candidate, primary: other } = paired.n > 0 ? rates.safety : rates[question];
  return {
    ...goingTogether(candidate, other, failuresInTime(compared)),
    ...(paired.n === 0 && { countedAsOne: rates.countedAsOne }),
  };
};

/** Failures that come together in time (pauses, outages); those of one unit are counted by `independentRates`. */
function failuresInTime({ everybody: { trial, baseline } }: Compared): number {
  const paired = measure(trial, MEASURE.primaryFailed);
  const rateOf = ({ errors, requests }: Tally): number => errors / Math.max(1, requests);
  return effectOnRate(
    [
      { tally: trial, measure: BLOCKED.error, rate: rateOf(trial) },
      paired.n > 0
        ? { tally: trial, measure: MEASURE.primaryFailed, rate: paired.mean }
        : { tally: baseline, measure: BLOCKED.error, rate: rateOf(baseline) },
    ],
    'time',
  );
}

const agreementEffect = ({ everybody: { trial } }: Compared): number =>
  effectOnRate([{ tally: trial, measure: BLOCKED.agreed, rate: trial.agreed / Math.max(1, trial.compared) }]);

/** Where there is no ratio, a rate below this is asked for (`judgeRateRatio`). */
const NEGLIGIBLE = 0.01;

const requestsOf = ({ histograms }: Tally): Bins => histograms[HISTOGRAM.unitRequests] ?? {};
const unitCounts = (tally: Tally, rate: Rate): UnitCounts => ({
  rate,
  requests: requestsOf(tally),
  bad: tally.histograms[HISTOGRAM.unitErrors] ?? {},
});

const violations: ReadPair = (compared) =>
  goingTogether(
    badOf(measure(compared.trial, MEASURE.schemaViolation), 'higher'),
    badOf(measure(compared.baseline, MEASURE.schemaViolation), 'higher'),
    effectOn(compared, MEASURE.schemaViolation),
  );

/** A rate by strata: every step so far in which the gate is judged and both arms ran side by side. */
function judgeRates(
  gate: EvidenceGate,
  on: Case,
  budget: Budget,
  read: ReadPair,
  margin: number,
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
    const { trial, baseline } = read(compared, question, stepIndex);
    return { candidate: trial, primary: baseline, ratio: ratioOf(compared) };
  });
  const { countedAsOne = 0, together } = read(here, 'harm', on.stepIndex);
  const alone = inWords(judgeRateIncrease(strata, margin, chain), inverted);
  const weighted = together ? weighed(alone, together.effect, together.trial, together.baseline) : alone;
  const judged = margin > 0 ? byEnoughUnits(weighted, here, fewestUnits(margin)) : weighted;
  if (countedAsOne === 0) return judged;
  const because = `${judged.because} (for harm, ${countedAsOne} groups of units that fail by themselves count as one request each)`;
  return { ...judged, because };
}

/** Names what the failures of this step were. */
function withReasons(judged: Judgement, { histograms }: Tally): Judgement {
  const reasons = mostFrequent(histograms[HISTOGRAM.failures]);
  return reasons === '' ? judged : { ...judged, because: `${judged.because} (${reasons})` };
}

/** Names what was not read of either arm's answers, where a gate on answers has no data. */
function whyNot(judged: Judgement, { trial, baseline }: Pick<Compared, 'trial' | 'baseline'>): Judgement {
  if (judged.verdict !== 'no_data') return judged;
  const arms = [
    ['primary', mostFrequent(baseline.histograms[HISTOGRAM.notRead])],
    ['candidate', mostFrequent(trial.histograms[HISTOGRAM.notRead])],
  ] as const;
  const named = arms.flatMap(([arm, reasons]) => (reasons === '' ? [] : `${arm}: ${reasons}`));
  return named.length === 0
    ? judged
    : { ...judged, because: `${judged.because}; answers not read: ${named.join('; ')}` };
}

/** Where more is better, the rate that is judged is that of the ones that lack it. */
function inWords(judged: Judgement, inverted: boolean): Judgement {
  return inverted ? { ...judged, because: `without it ${judged.because}` } : judged;
}

/** Pairs of a shadow are one to one, when the gateways say how the primary fared on each copy. */
function ratioOf({ trial, ratio }: Compared): number {
  if (trial.measures[MEASURE.primaryFailed]) return 1;
  return ratio ?? 1;
}

function strataOf<T>(
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

/** Feedback comes late: too little of it says who is quick, not who is good. */
function immaturity({ trial, baseline }: Compared, name: string, maturity: number): Judgement | null {
  if (maturity === 0) return null;
  const share = (tally: Tally): number =>
    tally.requests === 0 ? 0 : measure(tally, name).n / tally.requests;
  const least = Math.min(share(trial), share(baseline));
  if (least >= maturity) return null;
  return {
    ...noData(`${percent(least)} of the requests have feedback; ${percent(maturity)} is asked for`, {
      candidate: measure(trial, name).n,
      primary: measure(baseline, name).n,
    }),
    verdict: measure(trial, name).n === 0 ? 'no_data' : 'undecided',
  };
}
