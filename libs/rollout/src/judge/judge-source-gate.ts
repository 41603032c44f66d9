import { formatDuration } from '#libs/kernel';
import type { Judgement } from '#libs/stats';
import type { SourceReading } from '../evidence/evidence.ts';
import type { SourceGate } from '../policy/gates/gates.ts';
import type { Step } from '../policy/steps.ts';
import { startPeriodOf } from '../decide/start-period.ts';
import { unheardOf } from '../evidence/source-word.ts';

/**
 * A source's own word. An error is neither a pass nor a fail, and leaves the last answer undecided; so is a pass that was
 * given before the step had its minima behind it.
 */
export function judgeSourceGate(gate: SourceGate, reading: SourceReading | undefined, step: Step): Judgement {
  const interval = { lower: null, upper: null };
  const unheard = unheardOf(reading, step);
  if (!reading || reading.outcome === null)
    return { verdict: 'no_data', estimate: null, interval, counts: {}, because: unheard ?? '' };
  const { outcome, consecutiveErrors, consecutiveFailures } = reading;
  const counts = { consecutiveFailures, consecutiveErrors };
  const base = { estimate: reading.value, interval, counts };
  if (unheard !== null && (consecutiveErrors > 0 || outcome === 'pass'))
    return { ...base, verdict: 'undecided', because: unheard };
  const startPeriodMs = startPeriodOf(gate, step, false);
  if (outcome === 'fail' && reading.asked !== undefined && reading.asked.stepMs < startPeriodMs)
    return {
      ...base,
      verdict: 'undecided',
      because: `${reading.because}; it was asked in the first ${formatDuration(startPeriodMs)} of the step, which are left out`,
    };
  if (outcome === 'fail' && consecutiveFailures < gate.consecutiveFailures)
    return {
      ...base,
      verdict: 'undecided',
      because: `${reading.because}; ${consecutiveFailures} of the ${gate.consecutiveFailures} bad readings in a row that fail it`,
    };
  return { ...base, verdict: outcome, because: reading.because };
}
