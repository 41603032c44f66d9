import { number } from './words.ts';
import type { GateShown } from './gate-shown.ts';

/** In what a gate's estimate and margin are told. */
export interface GateUnit {
  /** What the figures are, beside the chart. */
  readonly title: string;
  /** A figure with its unit. */
  readonly say: (value: number | null | undefined) => string;
  /** A figure at the axis, which has its unit in its title. */
  readonly tick: (value: number) => string;
  /** What a figure of the api is multiplied by to be one in this unit. */
  readonly scale: number;
}

const SHARES = /^(error_rate|schema_violations|agreement|judge_win_rate|served|sample_ratio)$/;
const TIMES = /^(latency|ttft|inter_token)_/;
const MEANS = /_mean$|_per_second$/;

const signed = (text: string, value: number): string => (value > 0 ? `+${text}` : text.replace('-', '−'));
const withUnit = (title: string, unit: string, scale: number, isDifference: boolean): GateUnit => {
  const told = (value: number): string => {
    const text = number(value * scale);
    return isDifference ? signed(text, value) : text.replace('-', '−');
  };
  return {
    title,
    say: (value) => (value === null || value === undefined ? '–' : `${told(value)}${unit}`),
    tick: told,
    scale,
  };
};

/**
 * The unit of a gate's figures. A difference of two shares is told in points, and not in percent, which would be taken for "percent more".
 * @param gate as the policy has it; left out: one that no policy asks for
 * @param name the gate's own, which is its metric's where no policy asks for it
 */
export function unitOf(gate: GateShown | undefined, name: string): GateUnit {
  const metric = gate?.metric ?? name;
  const has = (...fields: readonly string[]): boolean => fields.some((field) => gate?.[field] !== undefined);
  const isMultiple = has('maxIncreaseRatio', 'minRatio');
  // Means are judged by their difference, also where a multiple is asked for.
  if (isMultiple && (!MEANS.test(metric) || has('range', 'winsorize')))
    return withUnit('times the primary’s', ' ×', 1, false);
  const isDifference = isMultiple || has('maxIncrease', 'maxDecrease');
  const isClick = metric.startsWith('feedback.') && gate?.['values'] !== 'mean';
  // What is judged is how many more have not done it.
  if (isClick && has('maxDecrease'))
    return withUnit('points fewer than the primary', ' points fewer', 100, false);
  if (isClick || SHARES.test(metric)) return ofShares(isDifference);
  if (TIMES.test(metric)) return withUnit('ms more than the primary', ' ms', 1, isDifference);
  return withUnit(isDifference ? 'more than the primary' : 'value', '', 1, isDifference);
}

const ofShares = (isDifference: boolean): GateUnit =>
  isDifference
    ? withUnit('points more than the primary', ' points', 100, true)
    : withUnit('percent', ' %', 100, false);
