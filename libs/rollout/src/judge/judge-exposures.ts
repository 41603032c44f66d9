import { noData, percent, type Budget, type Judgement } from '#libs/stats';
import { judgedSteps } from '../budget/error-budget.ts';
import { comparedIn, type Compared } from '../evidence/evidence.ts';
import { closedShare, closedShareOfEarlier } from '../evidence/closed-share.ts';
import { exposureEffect, onesIn, overExposures, type FeedbackGate } from '../evidence/exposures.ts';
import type { Case } from './gate-case.ts';
import { goingTogether, judgeRates, type ReadPair } from './judge-rates.ts';

/** A proportion over the answers that each arm gave: what was not reported of did not happen, or not yet. */
export function judgeExposures(
  gate: FeedbackGate,
  on: Case,
  budget: Budget,
  here: Compared,
  name: string,
): Judgement {
  const counts = { candidateRequests: here.trial.requests, primaryRequests: here.baseline.requests };
  if ([here.trial, here.baseline].every((arm) => onesIn(arm, name) === 0))
    return noData(`no ${gate.feedback} has been reported of either arm yet`, counts);
  const step = on.policy.steps[on.stepIndex];
  const { trial, baseline } = here.everybody;
  const running = here.ratio === null ? [trial] : [trial, baseline];
  const closed = step === undefined ? 0 : closedShare(gate, step, on.elapsedMs, running);
  const judged =
    here.ratio === null
      ? judgeApart(gate, on, budget, name, closed)
      : judgeSideBySide(gate, on, budget, name, closed);
  return judged.verdict === 'pass' && isOverReported(gate, on, name)
    ? unproven(
        judged,
        `more ${gate.feedback} has been reported than there were answers: report it once for each answer, or judge it by "values: mean"`,
      )
    : judged;
}

/**
 * Of answers whose feedback is still to come both arms lack alike, so a difference is at least its closed share by now: harm is judged on
 * what there is, and a proof of safety by so much of the margin.
 */
function judgeSideBySide(
  gate: FeedbackGate,
  on: Case,
  budget: Budget,
  name: string,
  closed: number,
): Judgement {
  const read: ReadPair = (compared, question, stepIndex) => {
    const step = on.policy.steps[stepIndex];
    const isOpen =
      stepIndex === on.stepIndex
        ? closed === 0
        : step === undefined || closedShareOfEarlier(gate, step, on.elapsedMs) === 0;
    const share = question === 'safety' && isOpen ? 0 : 1;
    return goingTogether(
      overExposures(compared.trial, name, gate.worse, share),
      overExposures(compared.baseline, name, gate.worse, share),
      exposureEffect(compared, name),
    );
  };
  const judgedBy = (margin: number): Judgement =>
    judgeRates(gate, on, budget, read, { increase: margin }, gate.worse === 'lower');
  const judged = judgedBy(gate.by);
  if (judged.verdict !== 'pass' || closed === 0 || closed === 1) return judged;
  const strict = judgedBy(gate.by * closed);
  const why = `of ${percent(closed)} of the answers all ${gate.feedback} has come, so ${percent(gate.by * closed)} is allowed by now`;
  return strict.verdict === 'pass'
    ? { ...strict, because: `${strict.because}; ${why}` }
    : unproven(judged, why);
}

/**
 * Against the primary as it was before (a canary of 100 %): its feedback has come, and the candidate's is still to come. What is missing
 * is taken for what speaks against the verdict.
 */
function judgeApart(gate: FeedbackGate, on: Case, budget: Budget, name: string, closed: number): Judgement {
  // Fewer ones than there will be, over all answers or over those that had their time.
  const isFewer = gate.worse === 'lower';
  const judged = (share: number): Judgement => {
    const read: ReadPair = (compared) =>
      goingTogether(
        overExposures(compared.trial, name, gate.worse, share),
        overExposures(compared.baseline, name, gate.worse, 1),
        exposureEffect(compared, name),
      );
    return judgeRates(gate, on, budget, read, { increase: gate.by }, isFewer);
  };
  const harm = judged(isFewer ? closed : 1);
  if (harm.verdict === 'fail') return harm;
  const safety = judged(isFewer ? 1 : closed);
  const isBaselineClosed = judgedSteps(on.policy, gate)
    .flatMap((i) => (i < on.stepIndex ? (on.policy.steps[i] ?? []) : []))
    .every((step) => closedShareOfEarlier(gate, step, on.elapsedMs) === 1);
  if (safety.verdict === 'pass' && isBaselineClosed && closed > 0) return safety;
  const known = safety.verdict === 'no_data' ? harm : safety;
  return known.verdict === 'undecided' || known.verdict === 'no_data'
    ? known
    : unproven(known, `the ${gate.feedback} of its latest answers is still to come`);
}

/** Was more reported than there were answers, in a step that is judged by now? As a proportion an answer counts once. */
const isOverReported = (gate: FeedbackGate, on: Case, name: string): boolean =>
  judgedSteps(on.policy, gate)
    .filter((i) => i <= on.stepIndex)
    .map((i) => comparedIn(on.policy, i, on.evidence, on.pick))
    .some(({ trial, baseline }) => [trial, baseline].some((arm) => onesIn(arm, name) > arm.requests));

const unproven = (judged: Judgement, why: string): Judgement => ({
  ...judged,
  verdict: 'undecided',
  because: `${judged.because}; not proven: ${why}`,
});
