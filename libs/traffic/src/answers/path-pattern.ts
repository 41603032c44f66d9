/**
 * Does a path match a pattern? `*` stands for any characters within one segment, `**` (a segment by itself) for any number of segments;
 * everything else is literal. Never slower than the product of both lengths, whatever the pattern: both loops go back to the last star
 * only, so a path that a caller chose cannot make it search for long.
 * @param pattern such as `/v2/models/*\/infer` or `/score/**`
 */
export function matchesPath(pattern: string, path: string): boolean {
  const segments = path.split('/');
  return matchesStars(pattern.split('/'), segments, '**', (part, segment) =>
    matchesStars(part, segment, '*', (a, b) => a === b),
  );
}

/** Greedy matching with one star that stands for any number of items. */
function matchesStars<T>(
  pattern: ArrayLike<T>,
  text: ArrayLike<T>,
  star: T,
  isSame: (wanted: T, given: T) => boolean,
): boolean {
  let [at, wanted] = [0, 0];
  let [lastStar, afterStar] = [-1, 0];
  while (at < text.length) {
    if (wanted < pattern.length && pattern[wanted] === star) {
      [lastStar, afterStar] = [wanted++, at];
    } else if (wanted < pattern.length && isSame(pattern[wanted] as T, text[at] as T)) {
      at++;
      wanted++;
    } else if (lastStar >= 0) {
      wanted = lastStar + 1;
      at = ++afterStar;
    } else return false;
  }
  while (wanted < pattern.length && pattern[wanted] === star) wanted++;
  return wanted === pattern.length;
}
