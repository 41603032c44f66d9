/**
 * How alike two texts are: the F1 measure of the words that they have in common (as SQuAD judges answers: Rajpurkar
 * et al. 2016, section 6.1), in any order. Case, Unicode's composed forms and blanks make no difference; 1 where the
 * normalised texts are the same, or neither has a word.
 * @param most characters of each that are looked at, from the start
 * @returns 0 to 1
 */
export function textSimilarity(one: string, other: string, most: number): number {
  const [a, b] = [one, other].map((text) => wordsOf(text.slice(0, most))) as [string[], string[]];
  if (a.length === 0 && b.length === 0) return 1;
  const left = new Map<string, number>();
  for (const word of a) left.set(word, (left.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of b) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    common++;
  }
  const f1 = (2 * common) / (a.length + b.length);
  // The same words in another order are another text, however little.
  return f1 === 1 && a.join(' ') !== b.join(' ') ? 1 - Number.EPSILON : f1;
}

const wordsOf = (text: string): string[] =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '');

/** Without what makes no difference: case, Unicode's composed forms, how many blanks there are. */
export const normalisedText = (text: string): string => wordsOf(text).join(' ');
