import type { Judged } from '#libs/stats';
import type { Preference } from './records.ts';

const BY_LETTER: Readonly<Record<string, Preference>> = { A: 'first', B: 'second', C: 'tie' };
const IN_BRACKETS = /\[\[\s*([ABC])\s*\]\]/g;
const ALONE = /^[\s*"'`[(]*(?:answer |verdict: )?([ABC])[\s*"'`\]).]*$/i;

/**
 * Reads a judge's verdict: the last `[[A]]`, `[[B]]` or `[[C]]`, as judges reason before they decide; or a reply that is
 * the letter alone.
 * @returns `null` where there is none
 */
export function readPreference(reply: string): Preference | null {
  const letter = [...reply.matchAll(IN_BRACKETS)].at(-1)?.[1] ?? ALONE.exec(reply)?.[1];
  return letter === undefined ? null : (BY_LETTER[letter.toUpperCase()] ?? null);
}

/**
 * What two verdicts on one pair say of the candidate. One that flips with the order of the answers is a bias towards a
 * place, so the pair is a tie; so is one with a tie on one side (Zheng et al. 2023, section 3.4: "conservative").
 * @param primaryFirst the verdict where the primary's answer came first
 */
export function outcomeOfOrders(primaryFirst: Preference, candidateFirst: Preference): Judged {
  if (primaryFirst === 'second' && candidateFirst === 'first') return 'win';
  if (primaryFirst === 'first' && candidateFirst === 'second') return 'loss';
  return 'tie';
}
