import { lnEvidenceAgainst } from './bernoulli-sequence.ts';
import { needed, numbers } from './rate-words.ts';
import { noData, type Budget, type Judgement } from './verdict.ts';

/** The same requests answered by both: how often only one of them was right. */
export interface Pairs {
  readonly onlyPrimaryRight: number;
  readonly onlyCandidateRight: number;
  /** All pairs, the concordant ones too. */
  readonly pairs: number;
}

/**
 * McNemar's question, asked all the time: among pairs in which one is right and the other wrong, is
 * the candidate wrong more often than not? Under "as good as the primary" each such pair is a fair
 * coin, whatever the difficulty of the requests; a Bernoulli sequence on it (Grünwald, de Heide,
 * Koolen 2024, "Safe testing").
 */
export function judgeDiscordantPairs(
  { onlyPrimaryRight, onlyCandidateRight, pairs }: Pairs,
  budget: Budget,
): Judgement {
  const trials = onlyPrimaryRight + onlyCandidateRight;
  const counts = { onlyPrimaryRight, onlyCandidateRight, pairs };
  if (trials === 0) return noData('the two were never right or wrong apart', counts);
  const against = lnEvidenceAgainst({ successes: onlyPrimaryRight, trials }, 0.5);
  const worse = onlyPrimaryRight > onlyCandidateRight;
  const limits = { harm: Math.log(1 / budget.harm), safety: Math.log(1 / budget.safety) };
  const [harm, safety] = worse ? [against, 0] : [0, against];
  const verdict = harm >= limits.harm ? 'fail' : safety >= limits.safety ? 'pass' : 'undecided';
  const shown = `${onlyPrimaryRight} times only the primary was right, ${onlyCandidateRight} times only the candidate`;
  return {
    verdict,
    estimate: onlyPrimaryRight / trials,
    interval: { lower: null, upper: null },
    counts,
    evidence: numbers(harm, safety, limits),
    because: `${shown}, of ${pairs} pairs`,
    requestsNeeded:
      verdict === 'undecided'
        ? needed(pairs, [
            [harm, limits.harm],
            [safety, limits.safety],
          ])
        : null,
  };
}
