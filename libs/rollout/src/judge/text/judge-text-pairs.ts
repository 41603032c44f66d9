import { type Budget, HISTOGRAM, JUDGED, judgeWinRate, type Judgement, type Tally } from '#libs/stats';
import { settingsFor } from '../../policy/gate-needs.ts';
import { mostFrequent } from '../../evidence/in-words.ts';

/** Judges how often the pairwise judge finds the candidate's text better, from what it said of a shadow's pairs. */
export function judgeTextPairs(min: number, { histograms }: Tally, budget: Budget): Judgement {
  const bins = histograms[HISTOGRAM.judged] ?? {};
  const of = (bin: keyof typeof JUDGED): number => bins[JUDGED[bin]] ?? 0;
  const [failed, overBudget] = [of('failed'), of('overBudget')];
  const judged = judgeWinRate({ wins: of('win'), ties: of('tie'), losses: of('loss'), failed }, min, budget);
  const why =
    failed === 0 ? [] : [`failures of the judge: ${mostFrequent(histograms[HISTOGRAM.judgeFailures])}`];
  const spent =
    overBudget === 0 ? [] : [`${overBudget} pairs were not asked about: the rollout's budget is used up`];
  const nothingYet =
    judged.verdict === 'no_data' && failed + overBudget === 0
      ? [
          `it takes copies whose texts an output spec of kind text reads, and ${settingsFor('judge')} at the worker`,
        ]
      : [];
  return {
    ...judged,
    counts: { ...judged.counts, overBudget },
    because: [judged.because, ...why, ...spent, ...nothingYet].join('; '),
  };
}
