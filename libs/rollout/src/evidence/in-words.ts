import { totalOf, type Bins } from '#libs/stats';

/** So many are named; the rest is added up. */
const MOST_NAMED = 3;

/** Counts by name as a list, the most frequent first: `4xx 40, timeout 3`; empty where there are none. */
export function mostFrequent(bins: Bins | undefined): string {
  const sorted = Object.entries(bins ?? {}).sort(([a, n], [b, m]) => m - n || a.localeCompare(b));
  const rest = totalOf(Object.fromEntries(sorted.slice(MOST_NAMED)));
  const named = sorted.slice(0, MOST_NAMED).map(([name, count]) => `${name} ${count}`);
  return [...named, ...(rest > 0 ? [`others ${rest}`] : [])].join(', ');
}
