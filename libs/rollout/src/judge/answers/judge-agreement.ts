import {
  BLOCKED,
  type Budget,
  deflate,
  judgeBoundedMean,
  judgeRateMinimum,
  type Judgement,
  MEASURE,
  NO_MOMENTS,
  percent,
} from '#libs/stats';
import { effectOn, effectOnRate, weighed, within, wholeOf, type BothArms } from '../going-together.ts';

/** Shares of rows lie here. */
const SHARE = { from: 0, to: 1 };

/**
 * Judges how often a shadow agrees with the primary: by requests, or where answers have rows (`countsByRow`) by the share of each request's rows
 * that agree. The rows of one request have much in common, nobody knows how much, so a request stays one value, however many rows it has: the
 * mean of values within [0, 1] is bet on (`judgeBoundedMean`), which holds whatever they have in common, and finds the sooner the less the
 * shares of the requests differ.
 * @param min within [0, 1]
 */
export function judgeAgreement(min: number, arms: BothArms, budget: Budget): Judgement {
  const { trial } = arms;
  const points = trial.points?.[MEASURE.rowDisagreement];
  // A bound of 0 or 1 has no bets; whether anything disagrees at all, requests tell as well.
  return points === undefined || min <= 0 || min >= 1
    ? byRequests(min, arms, budget)
    : byRows(min, arms, points, budget);
}

function byRequests(min: number, arms: BothArms, budget: Budget): Judgement {
  const { agreed, compared } = arms.trial;
  const everybody = wholeOf(arms).trial;
  const rate = everybody.agreed / Math.max(1, everybody.compared);
  const effect = within(effectOnRate([{ tally: everybody, measure: BLOCKED.agreed, rate }]), compared);
  const judged = judgeRateMinimum(deflate({ successes: agreed, trials: compared }, effect), min, budget);
  return weighed(judged, effect, compared);
}

/** Requests that a gateway of before has compared as wholes say nothing of rows, and are left out. */
function byRows(
  min: number,
  arms: BothArms,
  points: Readonly<Record<string, number>>,
  budget: Budget,
): Judgement {
  const { n, mean } = arms.trial.measures[MEASURE.rowDisagreement] ?? NO_MOMENTS;
  const effect = within(effectOn(arms, MEASURE.rowDisagreement, 'trial'), n);
  const judged = judgeBoundedMean({ points, effect }, SHARE, 1 - min, budget, '');
  if (judged.verdict === 'no_data') return judged;
  const [lower, upper] = [1 - (judged.interval.upper ?? 1), 1 - (judged.interval.lower ?? 0)];
  const word = { pass: 'enough', fail: 'too few', undecided: 'not decided yet' }[judged.verdict];
  return weighed(
    {
      ...judged,
      estimate: 1 - mean,
      interval: { lower, upper },
      counts: { compared: n },
      because: `${percent(1 - mean)} of the rows of ${n} requests agree, between ${percent(lower)} and ${percent(upper)}; ${percent(min)} is asked for: ${word}`,
    },
    effect,
    n,
  );
}
