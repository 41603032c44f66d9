import { HISTOGRAM, MEASURE, NO_MOMENTS, sumOf, type Judgement, type Tally } from '#libs/stats';
import { NO_STEP_EVIDENCE, type Evidence } from '../evidence/evidence.ts';
import { mostFrequent } from '../evidence/in-words.ts';
import type { Step } from '../policy/steps.ts';

/** The verdict's name. No policy has to ask for it, and none can turn it off. */
export const OUTPUT_SPEC_VERDICT = 'output_spec';

/** Answers that are looked at before anything is said. */
const LEAST_SEEN = 40;
/** Where fewer can be read it is not the model that is odd, but the reading. A spec that reads half reads 2 of 40 once in 10^9. */
const LEAST_READ = 0.05;

/**
 * Is there anything to judge by? Where next to none of the primary's answers can be read (a wrong path, an encoding that is not known), every
 * gate on answers is blind, and a candidate that nobody could look at must not be promoted: the rollout pauses. A plain rule without a
 * share of the error budget: a pause is no verdict on the candidate.
 * @returns `null` where nothing speaks against the evidence
 */
export function judgeReadings(step: Step, stepIndex: number, evidence: Evidence): Judgement | null {
  if (step.kind !== 'shadow' && step.kind !== 'canary') return null;
  const { primary, shadow } = evidence[stepIndex] ?? NO_STEP_EVIDENCE;
  const why = mostFrequent(primary.histograms[HISTOGRAM.notRead]);
  const because = why === '' ? '' : `: ${why}`;
  const { seen, read } = readingsOf(primary);
  if (isTooFew(read, seen))
    return verdict(seen, read, `the output spec reads ${read} of ${seen} primary answers${because}`);
  const { requests, compared } = shadow;
  if (step.kind === 'shadow' && isTooFew(compared, requests))
    return verdict(
      requests,
      compared,
      `${compared} of ${requests} copies could be compared with the primary's answers${because}`,
    );
  return null;
}

/** Few answers were seen, and not one could be read: too early for a verdict, and no time to go on. In words, or `null`. */
export function blindSoFar(stepIndex: number, evidence: Evidence): string | null {
  const { primary } = evidence[stepIndex] ?? NO_STEP_EVIDENCE;
  const { seen, read } = readingsOf(primary);
  return seen === 0 || read > 0 ? null : `the output spec has read none of ${seen} primary answers so far`;
}

const isTooFew = (good: number, all: number): boolean => all >= LEAST_SEEN && good < LEAST_READ * all;

function readingsOf({ measures }: Tally): { readonly seen: number; readonly read: number } {
  const violations = measures[MEASURE.schemaViolation] ?? NO_MOMENTS;
  return { seen: violations.n, read: violations.n - Math.min(violations.n, Math.round(sumOf(violations))) };
}

const verdict = (seen: number, read: number, because: string): Judgement => ({
  verdict: 'fail',
  estimate: read / seen,
  interval: { lower: null, upper: null },
  counts: { seen, read },
  because,
});
