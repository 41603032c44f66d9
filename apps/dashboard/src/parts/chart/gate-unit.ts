import { number } from '../../words.ts';
import type { GateShown } from './gate-shown.ts';

/** In what a gate's estimate and margin are told. */
export interface GateUnit {
  /** What the figures are, beside the chart. */
  readonly title: string;
  /** A figure with its unit. */
  readonly say: (value: number | null | undefined) => string;
  /** A figure at the axis, which has its unit in its title. */
  readonly tick: (value: number) => string;
}

const SHARES = /^(error_rate|schema_violations|agreement|judge_win_rate)$/;
const TIMES = /^(latency|ttft|inter_token)_/;

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
  };
};

/**
 * The unit of a gate's figures. A difference of two shares is told in points, and not in percent, which would be taken for "percent more".
 * @param gate as the policy has it; left out: one that no policy asks for
 */
export function unitOf(gate: GateShown | undefined): GateUnit {
  const metric = gate?.metric ?? '';
  if (gate?.['maxIncreaseRatio'] !== undefined || gate?.['minRatio'] !== undefined)
    return withUnit('times the primary’s', ' ×', 1, false);
  const isDifference = gate?.['maxIncrease'] !== undefined || gate?.['maxDecrease'] !== undefined;
  const isShare = SHARES.test(metric) || (metric.startsWith('feedback.') && gate?.['values'] !== 'mean');
  if (isShare)
    return isDifference
      ? withUnit('points more than the primary', ' points', 100, true)
      : withUnit('percent', ' %', 100, false);
  if (TIMES.test(metric)) return withUnit('ms more than the primary', ' ms', 1, isDifference);
  return withUnit(isDifference ? 'more than the primary' : 'value', '', 1, isDifference);
}
