import {
  type Budget,
  deflateMoments,
  judgeMeans,
  type Judgement,
  MEASURE,
  type Moments,
  noData,
  NO_MOMENTS,
  percent,
  type Tally,
} from '#libs/stats';
import { type BothArms, effectOn, weighed, within } from './going-together.ts';
import type { TokenMargin } from '../policy/gates/gates.ts';
import { partsOfUsage, type UsageMetric } from '../policy/gates/usage-metric.ts';

/** Of the answers that were read, this share may lack its cost: those that say nothing of their tokens may be the dear ones. */
const MOST_UNPRICED = 0.1;
const WHY_UNPRICED =
  'they do not say their tokens (callers of streams ask for usage with stream_options: { include_usage: true }), or are longer than gateways read (MAX_BUFFERED_BYTES)';

type Arms = BothArms;

/** Judges the mean of what the candidate's answers say of themselves (tokens, their pace, cost) beside the primary's. @param means how the means are judged; the asymptotic sequence where it is left out */
export function judgeUsage(
  { metric, margin }: { readonly metric: UsageMetric; readonly margin: TokenMargin },
  arms: Arms,
  budget: Budget,
  means: (asymptotic: () => Judgement) => Judgement = (asymptotic) => asymptotic(),
): Judgement {
  const { measure } = partsOfUsage(metric);
  const [candidate, primary] = [arms.trial, arms.baseline].map((arm) => momentsOf(arm, measure)) as [
    ReturnType<typeof momentsOf>,
    ReturnType<typeof momentsOf>,
  ];
  const counts = { candidateRequests: candidate.n, primaryRequests: primary.n };
  if (candidate.n === 0 || primary.n === 0)
    return noData(
      candidate.n === 0
        ? whyNone(metric, 'candidate', arms.trial)
        : whyNone(metric, 'primary', arms.baseline),
      counts,
    );
  const judged = means(() =>
    asymptotic(margin, candidate, primary, within(effectOn(arms, measure), candidate.n, primary.n), budget),
  );
  return metric === 'cost_mean' ? onlyIfPriced(judged, arms) : judged;
}

function asymptotic(
  margin: TokenMargin,
  candidate: Moments,
  primary: Moments,
  effect: number,
  budget: Budget,
): Judgement {
  const by = 'by' in margin ? margin.by : Math.abs(margin.ratio - 1) * primary.mean;
  const strata = [{ candidate: deflateMoments(candidate, effect), primary: deflateMoments(primary, effect) }];
  const most = { harm: 1, safety: 1 };
  const ratio = 'ratio' in margin ? { ratio: margin.ratio } : {};
  const alone = judgeMeans(
    { harm: strata, safety: strata, most },
    { worse: margin.worse, by, ...ratio },
    budget,
  );
  return weighed(alone, effect, candidate.n, primary.n);
}

const momentsOf = ({ measures }: Tally, name: string) => measures[name] ?? NO_MOMENTS;

function whyNone(metric: UsageMetric, arm: 'candidate' | 'primary', tally: Tally): string {
  switch (metric) {
    case 'output_tokens_mean':
      return `no answer of the ${arm} has said how many tokens it has, or was a stream`;
    case 'input_tokens_mean':
    case 'total_tokens_mean':
      return `no answer of the ${arm} has said how many tokens it has read (usage); of a stream, callers ask for it with stream_options: { include_usage: true }`;
    case 'output_tokens_per_second':
      return `no answer of the ${arm} was a stream of two events or more over a millisecond or longer`;
    case 'cost_mean': {
      const { n } = momentsOf(tally, MEASURE.unpriced);
      return n === 0
        ? `no answer of the ${arm} has a price yet: none was read, or its version has no prices (PUT /api/v1/models/{model}/prices)`
        : `none of the ${n} answers of the ${arm} has a known cost: ${WHY_UNPRICED}`;
    }
  }
}

/** Harm is harm, but who leaves out what an answer has cost has not proven that it is cheap. */
function onlyIfPriced(judged: Judgement, { trial, baseline }: Arms): Judgement {
  const lacking = (
    [
      ['candidate', trial],
      ['primary', baseline],
    ] as const
  ).flatMap(([arm, tally]) => {
    const { n, mean } = momentsOf(tally, MEASURE.unpriced);
    return n > 0 && mean > MOST_UNPRICED ? `${percent(mean)} of the ${arm}'s` : [];
  });
  if (lacking.length === 0) return judged;
  const because = `${judged.because}; ${lacking.join(' and ')} answers have no cost, ${percent(MOST_UNPRICED)} may lack it: ${WHY_UNPRICED}`;
  return judged.verdict === 'fail' ? { ...judged, because } : { ...judged, verdict: 'no_data', because };
}
