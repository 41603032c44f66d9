import { levenshtein } from '#libs/traffic';

/** Nobody means a name that is longer. */
const LONGEST = 100;

/** Known names, the one that is written most alike first: `page_size`, `PageSize` and `pageSzie` are as good as `pageSize`. */
export function byLikeness(said: string, known: readonly string[]): { name: string; distance: number }[] {
  const asked = plain(said);
  return known
    .map((name) => ({ name, distance: levenshtein(asked, plain(name)) }))
    .sort((a, b) => a.distance - b.distance);
}

const plain = (name: string): string =>
  name
    .slice(0, LONGEST)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
