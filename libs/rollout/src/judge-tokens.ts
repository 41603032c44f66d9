import {
  type Budget,
  judgeMeans,
  type Judgement,
  MEASURE,
  noData,
  NO_MOMENTS,
  type Tally,
} from '#libs/stats';
import type { Compared } from './evidence.ts';
import type { TokenMargin } from './policy.ts';

/** Judges how many tokens the candidate's answers have, on average, beside the primary's. */
export function judgeTokens(
  margin: TokenMargin,
  { trial, baseline }: Pick<Compared, 'trial' | 'baseline'>,
  budget: Budget,
): Judgement {
  const [candidate, primary] = [tokensOf(trial), tokensOf(baseline)];
  const counts = { candidateRequests: candidate.n, primaryRequests: primary.n };
  if (candidate.n === 0 || primary.n === 0)
    return noData(
      `no answer of the ${candidate.n === 0 ? 'candidate' : 'primary'} has said how many tokens it has, or was a stream`,
      counts,
    );
  const by = 'by' in margin ? margin.by : Math.abs(margin.ratio - 1) * primary.mean;
  const means = [{ candidate, primary }];
  const most = { harm: 1, safety: 1 };
  return judgeMeans({ harm: means, safety: means, most }, { worse: margin.worse, by }, budget);
}

const tokensOf = ({ measures }: Tally) => measures[MEASURE.outputTokens] ?? NO_MOMENTS;
