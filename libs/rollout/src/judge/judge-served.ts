import { HISTOGRAM, type Judgement, type Tally } from '#libs/stats';
import { unitsOf } from '../evidence/distinct-callers.ts';
import { NO_STEP_EVIDENCE, type Evidence } from '../evidence/evidence.ts';
import { mostFrequent } from '../evidence/in-words.ts';
import type { Step } from '../policy/steps.ts';

/** The verdict's name. No policy has to ask for it, and none can turn it off. */
export const SERVED_VERDICT = 'served';

/** Requests of the candidate before anything is said. */
const LEAST_SEEN = 40;
/** Where fewer were answered, callers have met the primary: a canary in name only. */
const LEAST_SERVED = 0.05;

/** Units that must have met a new primary that fails: one caller's requests may be to blame themselves. */
const FEWEST_UNITS = 3;
/** Where the old version has failed as much of at least `LEAST_SEEN` requests at the same time, it is the world. */
const WORLD_FAILS = 0.5;

/**
 * Has the candidate served anybody? Where next to all of its requests have failed, the primary has answered nearly every caller in its
 * stead, and a policy that asks for nothing but latency, or for nothing at all, would promote a version that nobody has met. A plain rule
 * without a share of the error budget: of a canary it pauses, and never rolls back. A new primary that answers next to nobody in its bake
 * has no other version to answer in its stead: there it rolls back, with or without units held back to compare with.
 * @returns `null` where nothing speaks against the evidence
 */
export function judgeServed(step: Step, stepIndex: number, evidence: Evidence): Judgement | null {
  if (step.kind === 'bake') return judgeBaking(stepIndex, evidence);
  if (step.kind !== 'canary') return null;
  const { candidate } = evidence[stepIndex] ?? NO_STEP_EVIDENCE;
  if (!servesNobody(candidate)) return null;
  return unserved(candidate, 'the candidate');
}

function judgeBaking(stepIndex: number, evidence: Evidence): Judgement | null {
  const { primary, candidate: old } = evidence[stepIndex] ?? NO_STEP_EVIDENCE;
  if (!servesNobody(primary) || unitsOf(primary) < FEWEST_UNITS) return null;
  if (old.requests >= LEAST_SEEN && old.errors >= WORLD_FAILS * old.requests) return null;
  return unserved(primary, 'the new primary');
}

const servesNobody = (arm: Tally): boolean =>
  arm.requests >= LEAST_SEEN && servedBy(arm) < LEAST_SERVED * arm.requests;

function unserved(arm: Tally, who: string): Judgement {
  const { requests } = arm;
  const served = servedBy(arm);
  return {
    verdict: 'fail',
    estimate: served / requests,
    interval: { lower: null, upper: null },
    counts: { requests, served },
    because: `${who} has answered ${served} of its ${requests} requests${whyOf(arm)}`,
  };
}

/** A few requests of the candidate, and not one was answered: too early for a verdict, and no time to go on. In words, or `null`. */
export function unservedSoFar(step: Step, stepIndex: number, evidence: Evidence): string | null {
  const { candidate } = evidence[stepIndex] ?? NO_STEP_EVIDENCE;
  if (step.kind !== 'canary' || candidate.requests === 0 || servedBy(candidate) > 0) return null;
  return `the candidate has answered none of its ${candidate.requests} requests so far${whyOf(candidate)}`;
}

const servedBy = ({ requests, errors }: Tally): number => Math.max(0, requests - errors);

function whyOf({ histograms }: Tally): string {
  const why = mostFrequent(histograms[HISTOGRAM.failures]);
  return why === '' ? '' : `: ${why}`;
}
