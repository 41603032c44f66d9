import { assertNever } from '#libs/kernel';
import {
  arrivalEffect,
  BLOCKED,
  deflate,
  deflatePairs,
  HISTOGRAM,
  independentRates,
  judgeDrift,
  judgeRateMinimum,
  judgeRateRatio,
  judgeSampleRatio,
  MEASURE,
  noData,
  pairedFailures,
  type Budget,
  type Judgement,
  type Rate,
  type Tally,
  type UnitCounts,
} from '#libs/stats';
import { comparedIn, type Compared } from '../evidence/evidence.ts';
import type { Case } from './gate-case.ts';
import { judgedSteps, perStep } from '../budget/error-budget.ts';
import { fewestUnitsOf } from '../evidence/enough-units.ts';
import { byEnoughUnits, effectOn, effectOnRate, weighed, withWhatIsKnown, within } from './going-together.ts';
import { mostFrequent } from '../evidence/in-words.ts';
import { boundedOr } from './bounded/judge-bounded.ts';
import { judgeEditDistance } from './text/judge-edit-distance.ts';
import { judgeAgreement } from './agreement/judge-agreement.ts';
import { judgeFeedback } from './judge-feedback.ts';
import { arrivalOf, judgeInputDrift, requestsOf } from './judge-input-drift.ts';
import {
  badOf,
  goingTogether,
  judgeRates,
  measure,
  type Pair,
  ratioOf,
  type ReadPair,
} from './judge-rates.ts';
import { judgeScoreDelta } from './judge-score-delta.ts';
import { judgeTimes } from './judge-times.ts';
import { judgeTextDistances } from './text/judge-text-distances.ts';
import { judgeTextPairs } from './text/judge-text-pairs.ts';
import { judgeUsage } from './judge-usage.ts';
import type { EvidenceGate } from '../policy/policy.ts';
import { isTimeGate } from '../policy/time-metric.ts';
import { isUsageGate } from '../policy/usage-metric.ts';

/**
 * Judges one gate on the evidence of the gateways, for everybody or for one segment. Whatever it judges, few units prove no safety, and what is
 * not known of how requests go together is said.
 */
export function judgeEvidenceGate(gate: EvidenceGate, on: Case, budget: Budget): Judgement {
  const here = comparedIn(on.policy, on.stepIndex, on.evidence, on.pick);
  const judged = judgeByMetric(gate, on, budget);
  const fewest = fewestUnitsOf(gate);
  return withWhatIsKnown(fewest === null ? judged : byEnoughUnits(judged, here, fewest), here.everybody);
}

function judgeByMetric(gate: EvidenceGate, on: Case, budget: Budget): Judgement {
  const steps = judgedSteps(on.policy, gate);
  const here = comparedIn(on.policy, on.stepIndex, on.evidence, on.pick);
  const alone = perStep(budget, steps.length);
  if (isTimeGate(gate)) return boundedOr(gate, on, alone, () => judgeTimes(gate, here, alone));
  if (isUsageGate(gate)) return judgeUsage(gate, here, alone, (means) => boundedOr(gate, on, alone, means));
  switch (gate.metric) {
    case 'error_rate':
    case 'schema_violations': {
      if ('ratio' in gate.margin) {
        const { ratio } = here;
        if (ratio === null) return noData('a ratio needs both arms over the same seconds', {});
        const ofArms = gate.metric === 'error_rate' ? failuresOfArms : violations;
        const { trial, baseline } = ofArms({ ...here, ratio }, 'harm', on.stepIndex);
        // Failures of a shadow are counted in pairs, violations of all that was asked.
        const odds = gate.metric === 'error_rate' ? ratioOf(here) : ratio;
        const judged = judgeRateRatio(
          { candidate: trial, primary: baseline, ratio: odds },
          gate.margin.ratio,
          alone,
        );
        return gate.metric === 'error_rate' ? withReasons(judged, here.trial) : judged;
      }
      const read = gate.metric === 'error_rate' ? failures : violations;
      const judged = judgeRates(gate, on, budget, read, gate.margin, false);
      return gate.metric === 'error_rate' ? withReasons(judged, here.trial) : judged;
    }
    case 'agreement':
      return whyNot(judgeAgreement(gate.min, here, alone), here);
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
    case 'embedding_distance_mean':
      return judgeTextDistances(gate.max, here.trial, alone);
    case 'score_delta':
      return whyNot(
        boundedOr(gate, on, alone, () => judgeScoreDelta(gate.max, here, alone)),
        here,
      );
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
        effect: arrivalOf(here),
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
    case 'feedback':
      return judgeFeedback(gate, on, budget);
    default:
      return assertNever(gate);
  }
}

/**
 * Failed requests. Of a shadow: how both versions failed on each copied request. Gateways of before have counted each version by itself; where
 * they take part, all copies of the step are judged so.
 */
const failures: ReadPair = (compared, question, stepIndex) => {
  const { n } = measure(compared.trial, MEASURE.primaryFailed);
  const isPaired = n > 0 && measure(compared.trial, MEASURE.failedApart).n === n;
  return isPaired ? failuresOfPairs(compared) : failuresOfArms(compared, question, stepIndex);
};

/** Failed requests of each arm. Of a shadow: of the copies, and of the primary on the very requests that were copied. */
const failuresOfArms: ReadPair = (compared, question) => {
  const { trial, baseline } = compared;
  const paired = measure(trial, MEASURE.primaryFailed);
  const primary =
    paired.n > 0 ? badOf(paired, 'higher') : { successes: baseline.errors, trials: baseline.requests };
  const rates = independentRates(
    unitCounts(trial, { successes: trial.errors, trials: trial.requests }),
    unitCounts(baseline, primary),
    failuresInTime(compared),
  );
  // Copies have the same units on both sides, so no unit can be the cause; callers' units are on one.
  const { candidate, primary: other, effect } = paired.n > 0 ? rates.safety : rates[question];
  return {
    trial: candidate,
    baseline: other,
    together: { effect, trial: trial.requests, baseline: primary.trials },
    ...(paired.n === 0 && { countedAsOne: rates.countedAsOne }),
  };
};

/** Copies by how both versions failed on each. What goes together is then how they fail apart. */
function failuresOfPairs(compared: Compared): Pair {
  const { trial } = compared;
  const [apart, ofPrimary] = [measure(trial, MEASURE.failedApart), measure(trial, MEASURE.primaryFailed)];
  const counted = pairedFailures(apart, ofPrimary);
  const { onlyCandidate, both, pairs } = counted;
  const found = effectOn(compared, MEASURE.failedApart, 'trial');
  const together = goingTogether(
    { successes: onlyCandidate + both, trials: pairs },
    badOf(ofPrimary, 'higher'),
    found,
  );
  return { ...together, paired: deflatePairs(counted, within(found, pairs)), pairs: counted };
}

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
