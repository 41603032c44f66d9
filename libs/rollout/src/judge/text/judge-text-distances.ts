import {
  type Budget,
  EMBEDDED,
  type EmbeddedOutcome,
  HISTOGRAM,
  judgeTextDistance,
  type Judgement,
  MEASURE,
  type Tally,
} from '#libs/stats';
import { settingsFor } from '../../policy/gate-needs.ts';
import { mostFrequent } from '../../evidence/in-words.ts';

/** Judges how far the embeddings of a shadow's texts are from those of the primary's on average. */
export function judgeTextDistances(max: number, { histograms, measures }: Tally, budget: Budget): Judgement {
  const outcomes = histograms[HISTOGRAM.embedded] ?? {};
  const of = (outcome: EmbeddedOutcome): number => outcomes[outcome] ?? 0;
  const [identical, bothEmpty, oneEmpty] = [
    of(EMBEDDED.identical),
    of(EMBEDDED.bothEmpty),
    of(EMBEDDED.oneEmpty),
  ];
  const [failed, overBudget, shortened] = [
    of(EMBEDDED.failed),
    of(EMBEDDED.overBudget),
    of(EMBEDDED.shortened),
  ];
  const judged = judgeTextDistance(
    {
      bins: histograms[HISTOGRAM.embeddingDistance] ?? {},
      ...{ same: identical + bothEmpty, opposite: oneEmpty, failed },
      mean: measures[MEASURE.embeddingDistance]?.mean ?? 0,
    },
    max,
    budget,
  );
  const failures = mostFrequent(histograms[HISTOGRAM.embeddingFailures]);
  const notes = [
    count(identical, 'identical'),
    count(bothEmpty, 'both empty'),
    count(oneEmpty, 'one empty (distance 2)'),
    count(shortened, 'shortened'),
  ].filter((note) => note !== '');
  const hasNothing = judged.verdict === 'no_data' && failed + overBudget === 0 && failures === '';
  return {
    ...judged,
    counts: { ...judged.counts, identical, bothEmpty, oneEmpty, shortened, overBudget },
    because: [
      judged.because,
      ...(notes.length === 0 ? [] : [`of these ${notes.join(', ')}`]),
      ...(failures === '' ? [] : [`failures of the endpoint: ${failures}`]),
      ...(overBudget === 0
        ? []
        : [`${overBudget} pairs were not asked about: the rollout's budget is used up`]),
      ...(hasNothing
        ? [
            `it takes copies whose texts an output spec of kind text reads, and ${settingsFor('embedder')} at the worker`,
          ]
        : []),
    ].join('; '),
  };
}

const count = (n: number, what: string): string => (n === 0 ? '' : `${n} ${what}`);
