/**
 * How a pattern is compared without regard to case whatever the database's collation: PostgreSQL's own ILIKE folds
 * ASCII only under the collation "C". Only letters of the pattern matter, since its wildcards take any.
 * @returns `from` and `to` for `translate`, letter by letter, and the pattern in its folded form
 */
export function foldBeyondAscii(pattern: string): { from: string; to: string; folded: string } {
  const pairs = new Map<string, string>();
  const folded = [...pattern].map((letter) => {
    if (letter <= '\x7f') return letter;
    const low = oneLetter(letter.toLowerCase(), letter);
    const high = oneLetter(low.toUpperCase(), low);
    for (const form of [letter, high]) if (form !== low) pairs.set(form, low);
    return low;
  });
  return { from: [...pairs.keys()].join(''), to: [...pairs.values()].join(''), folded: folded.join('') };
}

/** Some letters have no single one as their other case (ß, ŉ): they are compared as they are. */
const oneLetter = (text: string, otherwise: string): string => ([...text].length === 1 ? text : otherwise);
