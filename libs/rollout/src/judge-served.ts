import { HISTOGRAM, type Judgement, type Tally } from '#libs/stats';
import { NO_STEP_EVIDENCE, type Evidence } from './evidence.ts';
import { mostFrequent } from './in-words.ts';
import type { Step } from './policy.ts';

/** The verdict's name. No policy has to ask for it, and none can turn it off. */
export const SERVED_VERDICT = 'served';

/** Requests of the candidate before anything is said. */
const LEAST_SEEN = 40;
/** Where fewer were answered, callers have met the primary: a canary in name only. */
const LEAST_SERVED = 0.05;

/**
 * Has the candidate served anybody? Where next to all of its requests have failed, the primary has answered nearly every caller in its
 * stead, and a policy that asks for nothing but latency, or for nothing at all, would promote a version that nobody has met. A plain rule
 * without a share of the error budget: it pauses, and never rolls back.
 * @returns `null` where nothing speaks against the evidence
 */
export function judgeServed(step: Step, stepIndex: number, evidence: Evidence): Judgement | null {
  if (step.kind !== 'canary') return null;
  const { candidate } = evidence[stepIndex] ?? NO_STEP_EVIDENCE;
  const { requests } = candidate;
  const served = servedBy(candidate);
  if (requests < LEAST_SEEN || served >= LEAST_SERVED * requests) return null;
  return {
    verdict: 'fail',
    estimate: served / requests,
    interval: { lower: null, upper: null },
    counts: { requests, served },
    because: `the candidate has answered ${served} of its ${requests} requests${whyOf(candidate)}`,
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
