import { EMBEDDED } from '#libs/stats';
import { isShortened, shortened } from '#libs/traffic';
import type { EmbeddedPair, PairToEmbed } from './records.ts';

/** What the silent are apart: as far as can be. */
const FARTHEST = 2;

/** The two texts of a pair as they are embedded. */
export interface TextsToEmbed {
  readonly pair: PairToEmbed;
  readonly primary: string;
  readonly candidate: string;
  /** Something in the middle of a text is left out, by the gateway or here. */
  readonly isShortened: boolean;
}

const isBlank = (text: string): boolean => text.trim() === '';

/**
 * What can be said of a pair without asking: identical texts and two empty ones are at distance 0, an empty and another one at the
 * largest, as silence is not near. Texts that differ only in what is left out of them are not compared.
 * @param mostCharacters of a text that the model reads; of a longer one its beginning and its end
 */
export function textsOf(pair: PairToEmbed, mostCharacters: number): TextsToEmbed | EmbeddedPair {
  const [primary, candidate] = [pair.primary, pair.candidate].map((text) =>
    shortened(text, mostCharacters),
  ) as [string, string];
  const settled = (outcome: EmbeddedPair['outcome'], distance: number): EmbeddedPair => ({
    ...{ pair, outcome, distance },
    reason: null,
  });
  if (isBlank(pair.primary) && isBlank(pair.candidate)) return settled(EMBEDDED.bothEmpty, 0);
  if (pair.identical) return settled(EMBEDDED.identical, 0);
  if (isBlank(pair.primary) || isBlank(pair.candidate)) return settled(EMBEDDED.oneEmpty, FARTHEST);
  if (primary === candidate)
    return { pair, outcome: EMBEDDED.failed, distance: null, reason: 'shortened_alike' };
  return { pair, primary, candidate, isShortened: isShortened(primary) || isShortened(candidate) };
}

/** Letters and digits, sorted by word: what no model that reads a text to its end can overlook. */
const wordsOf = (text: string): string =>
  (
    text
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  )
    .sort()
    .join(' ');

/** Do two texts have other words, in whatever order? */
export const haveOtherWords = (one: string, other: string): boolean => wordsOf(one) !== wordsOf(other);
