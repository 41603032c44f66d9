import { NO_MOMENTS, pointsOfSketch, type Points, type Tally } from '#libs/stats';
import { boundedMeasure } from './bounded-measure.ts';
import type { Compared } from '../../evidence/evidence.ts';
import { effectOn, within } from '../going-together.ts';
import { effectOnTimes, sketchOfTime } from '../judge-times.ts';
import type { EvidenceGate } from '../../policy/gates/gates.ts';
import { isTimeGate, partsOfTime } from '../../policy/gates/time-metric.ts';

/** A gate on a mean whose values may be bounded. */
export type BoundedGate = Extract<EvidenceGate, { readonly bound: unknown }>;

/** The values of one arm. */
export interface ArmValues {
  readonly points: Points;
  /** How many there were, whether or not their sizes are known. */
  readonly count: number;
}

/** What a gate on a mean compares. */
export interface BothValues {
  readonly trial: ArmValues;
  readonly baseline: ArmValues;
  /** How many values stand for one independent one. */
  readonly effect: number;
}

/** The values that a gate judges the mean of, by arm. Of times they are known to 1 %. */
export function boundedValues(gate: BoundedGate, compared: Compared): BothValues {
  const { trial, baseline } = compared;
  if (isTimeGate(gate)) {
    const { time } = partsOfTime(gate.metric);
    const valuesOf = (tally: Tally): ArmValues => {
      const sketch = sketchOfTime(tally, time);
      return { points: pointsOfSketch(sketch), count: sketch.count };
    };
    return bothOf(valuesOf(trial), valuesOf(baseline), effectOnTimes(compared, time));
  }
  const name = boundedMeasure(gate) ?? '';
  const valuesOf = ({ points, measures }: Tally): ArmValues => ({
    points: points?.[name] ?? {},
    count: (measures[name] ?? NO_MOMENTS).n,
  });
  if (gate.metric !== 'score_delta')
    return bothOf(valuesOf(trial), valuesOf(baseline), effectOn(compared, name));
  const deltas = valuesOf(trial);
  // The difference is of a pair: there is nothing to compare it with.
  return {
    trial: deltas,
    baseline: { points: {}, count: 0 },
    effect: within(effectOn(compared, name, 'trial'), deltas.count),
  };
}

const bothOf = (trial: ArmValues, baseline: ArmValues, effect: number): BothValues => ({
  trial,
  baseline,
  effect: within(effect, trial.count, baseline.count),
});
