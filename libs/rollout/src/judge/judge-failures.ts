import {
  BLOCKED,
  deflatePairs,
  HISTOGRAM,
  independentRates,
  judgeRateRatio,
  MEASURE,
  noData,
  pairedFailures,
  type Judgement,
  type Rate,
  type Tally,
  type UnitCounts,
} from '#libs/stats';
import type { Compared } from '../evidence/evidence.ts';
import { mostFrequent } from '../evidence/in-words.ts';
import type { RateMargin } from '../policy/gates/gates.ts';
import { effectOn, effectOnRate, within } from './going-together.ts';
import type { EvidenceGate } from '../policy/gates/gates.ts';
import type { Judged } from './gate-case.ts';
import { requestsOf } from './answers/judge-input-drift.ts';
import {
  badOf,
  goingTogether,
  judgeRates,
  measure,
  type Pair,
  ratioOf,
  type ReadPair,
} from './judge-rates.ts';

type RateGate = EvidenceGate & {
  readonly metric: 'error_rate' | 'schema_violations';
  readonly margin: RateMargin;
};

/** Judges how many of the requests fail, by their increase or their ratio. */
export function judgeErrorRate(gate: RateGate, at: Judged): Judgement {
  // Failures of a shadow are counted in pairs.
  const judged =
    'ratio' in gate.margin
      ? judgeRatio(gate.margin.ratio, at, failuresOfArms, ratioOf(at.here))
      : judgeRates(gate, at.on, at.budget, failures, gate.margin, false);
  return withReasons(judged, at.here.trial);
}

/** Judges how many of the answers have not the form that the output spec says. They are counted of all that was asked, of a shadow too. */
export function judgeSchemaViolations(gate: RateGate, at: Judged): Judgement {
  return 'ratio' in gate.margin
    ? judgeRatio(gate.margin.ratio, at, violations, at.here.ratio)
    : judgeRates(gate, at.on, at.budget, violations, gate.margin, false);
}

/** @param odds candidate's requests for one of the primary's, as they are counted */
function judgeRatio(
  most: number,
  { on, here, alone }: Judged,
  read: ReadPair,
  odds: number | null,
): Judgement {
  const { ratio } = here;
  if (ratio === null || odds === null) return noData('a ratio needs both arms over the same seconds', {});
  const { trial, baseline } = read({ ...here, ratio }, 'harm', on.stepIndex);
  return judgeRateRatio({ candidate: trial, primary: baseline, ratio: odds }, most, alone);
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
