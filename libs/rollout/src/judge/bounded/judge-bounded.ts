import {
  countOfPoints,
  judgeBoundedMean,
  judgeBoundedMeans,
  pointsSince,
  short,
  type Budget,
  type Judgement,
} from '#libs/stats';
import { marginOf } from './bounded-margin.ts';
import { boundedValues, type BothValues, type BoundedGate } from './bounded-values.ts';
import { comparedIn } from '../../evidence/evidence.ts';
import type { Case } from '../gate-case.ts';
import { weighed } from '../going-together.ts';
import { strataOf } from '../judge-rates.ts';
import { areSizesKnown, fewestToWinsorize, quantileName } from '../../policy/gates/value-bound.ts';
import { isWinsorized, pooledValues, type WinsorBound } from './winsor-bounds.ts';

/**
 * Judges a mean of bounded values, where the gate says what bounds them, and otherwise, and where it cannot be done, as `otherwise` does; in the
 * latter case the verdict says so.
 */
export function boundedOr(
  gate: BoundedGate,
  on: Case,
  budget: Budget,
  otherwise: () => Judgement,
): Judgement {
  if (gate.bound === null) return otherwise();
  const why = whyNot(gate, on);
  if (why === null) return judgeBounded(gate, on, budget);
  const judged = otherwise();
  return { ...judged, because: `${judged.because}; ${why}` };
}

/** Why the bound is of no use here, in words. */
function whyNot(gate: BoundedGate, on: Case): string | null {
  const here = comparedIn(on.policy, on.stepIndex, on.evidence, on.pick);
  if (gate.metric !== 'score_delta' && here.ratio === null)
    return 'the arms ran at different times, so the values are taken as they are, by the approximate sequence';
  const { trial, baseline } = boundedValues(gate, here);
  const isKnown = [trial, baseline].every(({ points, count }) => areSizesKnown(points, count));
  if (isKnown) return null;
  const known = [trial, baseline].map(({ points }) => Math.round(countOfPoints(points)));
  return `the sizes of ${known.join(' and ')} values are known, of the others gateways of an older release did not say them: so the values are taken as they are, by the approximate sequence`;
}

function judgeBounded(gate: BoundedGate, on: Case, budget: Budget): Judgement {
  const bound = on.bounds?.[gate.name] ?? null;
  if (isWinsorized(gate) && bound === null) return notChosen(gate, on);
  const range = gate.bound?.kind === 'range' ? gate.bound : bound;
  if (range === null) return notChosen(gate, on);
  const values =
    gate.bound?.kind === 'winsorize' && bound
      ? `cut off at ${short(range.from)} and ${short(range.to)} (${quantileName(gate.bound.quantile)} of the first ${bound.values} values of both arms, which are not judged)`
      : `within ${short(range.from)} and ${short(range.to)}`;
  const read = (stepIndex: number) =>
    since(boundedValues(gate, comparedIn(on.policy, stepIndex, on.evidence, on.pick)), stepIndex, bound);
  const here = read(on.stepIndex);
  if (gate.metric === 'score_delta') {
    const judged = judgeBoundedMean({ ...here, points: here.trial.points }, range, gate.max, budget, values);
    return weighed(judged, here.effect, countOfPoints(here.trial.points));
  }
  const judged = judgeBoundedMeans(strataFor(gate, on, read), range, marginOf(gate), budget, values);
  const counts = [countOfPoints(here.trial.points), countOfPoints(here.baseline.points)] as const;
  return weighed(judged, here.effect, ...counts);
}

type ComparedGate = Exclude<BoundedGate, { readonly metric: 'score_delta' }>;

/** Feedback adds up over steps; times and tokens are judged step by step. */
function strataFor(gate: ComparedGate, on: Case, read: (stepIndex: number) => BothValues) {
  const arms = (stepIndex: number, ratio: number | null) => {
    const { trial, baseline, effect } = read(stepIndex);
    return { candidate: trial.points, primary: baseline.points, ratio: ratio ?? 1, effect };
  };
  if (gate.metric === 'feedback')
    return strataOf(gate, on, ({ ratio }, _question, stepIndex) => arms(stepIndex, ratio));
  const { ratio } = comparedIn(on.policy, on.stepIndex, on.evidence, on.pick);
  const here = [arms(on.stepIndex, ratio)];
  return { harm: here, safety: here, most: { harm: 1, safety: 1 } };
}

/** What has come since the bound was chosen. */
function since(values: BothValues, stepIndex: number, bound: WinsorBound | null): BothValues {
  if (bound === null || stepIndex > bound.step) return values;
  const none = { points: {}, count: 0 };
  if (stepIndex < bound.step) return { ...values, trial: none, baseline: none };
  const left = ({ points, count }: BothValues['trial'], before: WinsorBound['before']['trial']) => ({
    points: pointsSince(points, before),
    count,
  });
  return {
    ...values,
    trial: left(values.trial, bound.before.trial),
    baseline: left(values.baseline, bound.before.baseline),
  };
}

function notChosen(gate: BoundedGate, on: Case): Judgement {
  const quantile = gate.bound?.kind === 'winsorize' ? gate.bound.quantile : 0;
  const fewest = fewestToWinsorize(quantile);
  const seen = Math.floor(countOfPoints(pooledValues(gate, on.policy, on.stepIndex, on.evidence)));
  const here = boundedValues(gate, comparedIn(on.policy, on.stepIndex, on.evidence, on.pick));
  const candidate = Math.round(countOfPoints(here.trial.points));
  const counts = { candidate, primary: Math.round(countOfPoints(here.baseline.points)) };
  const what = `where values are cut off (${quantileName(quantile)}) is chosen from the first ${fewest} of both arms, which are not judged`;
  const because =
    seen < fewest
      ? `${seen} values so far: ${what}`
      : `${what}; nearly all of the ${seen} so far are the same, so there is nothing to cut off by: a higher quantile, or a "range", would tell`;
  return {
    verdict: seen === 0 ? 'no_data' : 'undecided',
    estimate: null,
    interval: { lower: null, upper: null },
    counts,
    because,
    requestsNeeded:
      seen > 0 && seen < fewest && candidate > 0 ? Math.ceil(((fewest - seen) / seen) * candidate) : null,
  };
}
