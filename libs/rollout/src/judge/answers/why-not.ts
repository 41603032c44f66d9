import { HISTOGRAM, type Judgement } from '#libs/stats';
import type { Compared } from '../../evidence/evidence.ts';
import { mostFrequent } from '../../evidence/in-words.ts';

/** Names what was not read of either arm's answers, where a gate on answers has no data. */
export function whyNot(
  judged: Judgement,
  { trial, baseline }: Pick<Compared, 'trial' | 'baseline'>,
): Judgement {
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
