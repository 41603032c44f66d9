import {
  deflateMoments,
  judgeMeans,
  noData,
  percent,
  type Budget,
  type Judgement,
  type Tally,
} from '#libs/stats';
import { boundedOr } from './bounded/judge-bounded.ts';
import { comparedIn, type Compared } from '../evidence/evidence.ts';
import { proportionOver, type FeedbackGate } from '../evidence/exposures.ts';
import type { Case } from './gate-case.ts';
import { feedbackName } from '../policy/gates/feedback-name.ts';
import { effectOn, weighed, within } from './going-together.ts';
import { judgeExposures } from './judge-exposures.ts';
import { badOf, goingTogether, judgeRates, measure, strataOf, type ReadPair } from './judge-rates.ts';

/** Judges what callers report: a mean over reports, or a proportion over reports, over all answers, or both ways. */
export function judgeFeedback(gate: FeedbackGate, on: Case, budget: Budget): Judgement {
  const name = feedbackName(gate);
  const here = comparedIn(on.policy, on.stepIndex, on.evidence, on.pick);
  const over = gate.values === 'mean' ? 'reports' : proportionOver(gate, on.evidence, name);
  const share = over === 'both' ? { ...budget, harm: budget.harm / 2 } : budget;
  const exposed = over === 'reports' ? null : judgeExposures(gate, on, share, here, name);
  // Over all answers, those without feedback are counted too. Harm does not wait for them; a proof does, since zeros may still come.
  if (exposed?.verdict === 'fail') return exposed;
  const immature = immaturity(here, name, gate.maturity);
  if (immature !== null) return immature;
  if (exposed && over === 'answers') return exposed;
  const reported =
    gate.values === 'mean'
      ? boundedOr(gate, on, budget, () => judgeMean(gate, on, budget, here, name))
      : overReports();
  return exposed && reported.verdict === 'pass' ? exposed : reported;

  function overReports(): Judgement {
    const read: ReadPair = (c) =>
      goingTogether(
        badOf(measure(c.trial, name), gate.worse),
        badOf(measure(c.baseline, name), gate.worse),
        effectOn(c, name),
      );
    return judgeRates(gate, on, share, read, { increase: gate.by }, gate.worse === 'lower');
  }
}

function judgeMean(gate: FeedbackGate, on: Case, budget: Budget, here: Compared, name: string): Judgement {
  const effectOf = (c: Compared): number =>
    within(effectOn(c, name), measure(c.trial, name).n, measure(c.baseline, name).n);
  const strata = strataOf(gate, on, (c) => ({
    candidate: deflateMoments(measure(c.trial, name), effectOf(c)),
    primary: deflateMoments(measure(c.baseline, name), effectOf(c)),
  }));
  const judged = judgeMeans(strata, { worse: gate.worse, by: gate.by }, budget);
  const counts = [measure(here.trial, name).n, measure(here.baseline, name).n] as const;
  return weighed(judged, effectOf(here), ...counts);
}

/** Feedback comes late: too little of it says who is quick, not who is good. */
function immaturity({ trial, baseline }: Compared, name: string, maturity: number): Judgement | null {
  if (maturity === 0) return null;
  const share = (tally: Tally): number =>
    tally.requests === 0 ? 0 : measure(tally, name).n / tally.requests;
  const least = Math.min(share(trial), share(baseline));
  if (least >= maturity) return null;
  return {
    ...noData(`${percent(least)} of the requests have feedback; ${percent(maturity)} is asked for`, {
      candidate: measure(trial, name).n,
      primary: measure(baseline, name).n,
    }),
    verdict: measure(trial, name).n === 0 ? 'no_data' : 'undecided',
  };
}
