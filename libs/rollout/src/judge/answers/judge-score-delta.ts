import { deflateMoments, judgeMeans, MEASURE, type Budget, type Judgement } from '#libs/stats';
import { type BothArms, effectOn, weighed, within } from '../going-together.ts';
import { measure } from '../judge-rates.ts';

/** Is the mean difference of the two scores of one request at most `max`? By the asymptotic sequence. */
export function judgeScoreDelta(max: number, arms: BothArms, budget: Budget): Judgement {
  const candidate = measure(arms.trial, MEASURE.scoreDelta);
  const effect = within(effectOn(arms, MEASURE.scoreDelta, 'trial'), candidate.n);
  const deltas = deflateMoments(candidate, effect);
  const strata = [{ candidate: deltas, primary: { n: deltas.n, mean: 0, m2: 0 } }];
  const judged = judgeMeans(
    { harm: strata, safety: strata, most: { harm: 1, safety: 1 } },
    { worse: 'higher', by: max },
    budget,
  );
  return weighed(judged, effect, candidate.n);
}
