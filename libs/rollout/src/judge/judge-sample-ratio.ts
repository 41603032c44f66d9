import {
  arrivalEffect,
  type Budget,
  judgeSampleRatio as judgeRatio,
  type Judgement,
  noData,
} from '#libs/stats';
import type { Compared } from '../evidence/evidence.ts';
import { requestsOf } from './answers/judge-input-drift.ts';

/** Judges whether the arms get the share of the requests that the route says; requests of one unit come together. */
export function judgeSampleRatio({ trial, baseline, ratio }: Compared, alone: Budget): Judgement {
  if (ratio === null) return noData('all requests go to one arm', {});
  const effect = Math.max(...[trial, baseline].map((arm) => arrivalEffect(requestsOf(arm))));
  return judgeRatio(trial.requests / effect, baseline.requests / effect, ratio / (1 + ratio), alone);
}
