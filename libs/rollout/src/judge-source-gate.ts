import type { Judgement } from '#libs/stats';
import type { SourceReading } from './evidence.ts';
import type { SourceGate } from './policy.ts';

/** A source's own word; an error is neither a pass nor a fail, and leaves the last answer undecided. */
export function judgeSourceGate(gate: SourceGate, reading: SourceReading | undefined): Judgement {
  const interval = { lower: null, upper: null };
  if (!reading || reading.outcome === null) {
    const because =
      reading && reading.consecutiveErrors > 0
        ? `the source has not answered yet: ${reading.because}`
        : 'the source has not been asked yet';
    return { verdict: 'no_data', estimate: null, interval, counts: {}, because };
  }
  const { outcome, consecutiveErrors, consecutiveFailures } = reading;
  const counts = { consecutiveFailures, consecutiveErrors };
  const base = { estimate: reading.value, interval, counts };
  if (consecutiveErrors > 0)
    return {
      ...base,
      verdict: 'undecided',
      because: `the source did not answer ${consecutiveErrors} times in a row: ${reading.because}`,
    };
  if (outcome === 'fail' && consecutiveFailures < gate.consecutiveFailures)
    return {
      ...base,
      verdict: 'undecided',
      because: `${reading.because}; ${consecutiveFailures} of the ${gate.consecutiveFailures} bad readings in a row that fail it`,
    };
  return { ...base, verdict: outcome, because: reading.because };
}
