import type { TwoArms } from './difference-bets.ts';
import type { Strata } from './judge-rates.ts';
import { lnMultipleEvidence } from './multiple-bets.ts';
import { numbers, ratesOf } from './rate-words.ts';
import { lnOverStrata } from '../strata.ts';
import type { Judgement } from '../verdict.ts';

/** Bad events of the candidate before a multiple says anything: at the lowest rates few of them are many times the primary's none. */
const FEWEST_BAD = 10;
/** So many are enough to wait for more, though they prove nothing. */
const SUSPICIOUS_BAD = 3;

/** Of the harm that a gate may spend, what the multiple has. */
export const MULTIPLE_SHARE = 0.25;

/**
 * Beside the increase of a rate (`judged`): is the candidate's also more than `times` the primary's? A point of increase is a hundred
 * times a rate of 0.01 %, and within the margin. `fail` where the e-value against "at most `times`" reaches 1/harm, with ten bad events or more;
 * a proof by the increase waits while the candidate looks that bad, which is decided by more requests, and errs towards waiting only.
 * @param times above 1
 * @param harm what the multiple may spend
 */
export function besideMultiple(judged: Judgement, strata: Strata, times: number, harm: number): Judgement {
  if (judged.verdict === 'fail' || judged.verdict === 'no_data') return judged;
  const limit = Math.log(1 / harm);
  const ln = lnOverStrata(
    strata.harm.map((arms) => lnMultipleEvidence(arms, times)),
    strata.most.harm,
  );
  const bad = badOf(strata.harm, 'candidate');
  if (ln >= limit && bad >= FEWEST_BAD) {
    const { harm: lnHarm, harmNeeded } = numbers(ln, 0, { harm: limit, safety: 1 });
    const now = strata.harm.at(-1);
    const rates = now ? `${ratesOf(now.candidate)} against ${ratesOf(now.primary)}: ` : '';
    return {
      ...judged,
      verdict: 'fail',
      ...(judged.evidence && { evidence: { ...judged.evidence, harm: lnHarm, harmNeeded } }),
      requestsNeeded: null,
      because: `${rates}more than the ${times} times as many that are allowed (${Math.round(bad)} bad ones of the candidate, ${Math.round(badOf(strata.harm, 'primary'))} of the primary in all)`,
    };
  }
  if (judged.verdict !== 'pass' || !looksBad(strata.harm, times)) return judged;
  return {
    ...judged,
    verdict: 'undecided',
    because: `${judged.because}; so far it has more than ${times} times as many as the primary, which is not decided yet`,
  };
}

const badOf = (strata: readonly TwoArms[], arm: 'candidate' | 'primary'): number =>
  strata.reduce((sum, arms) => sum + arms[arm].successes, 0);

/** More than `times` as many as the primary's say, of which half a one is taken to have been missed. */
function looksBad(strata: readonly TwoArms[], times: number): boolean {
  const ratios = strata.map(({ paired, ratio }) => (paired ? 1 : ratio));
  const alike = strata.reduce((sum, { primary }, i) => sum + primary.successes * (ratios[i] ?? 0), 0);
  const bad = badOf(strata, 'candidate');
  return bad >= SUSPICIOUS_BAD && bad > times * (alike + Math.max(0, ...ratios) / 2);
}
