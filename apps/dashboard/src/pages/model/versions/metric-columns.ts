import { own as ownOf } from '../../../own.ts';
import type { Version } from '../../../queries.ts';
import type { TableState } from './table-state.ts';

type Measured = Pick<Version, 'version' | 'metrics'>;

/** Columns that are shown before somebody chooses. */
const AT_FIRST = 5;

/** Every metric of these versions; those that most of them have come first. */
export function metricNames(versions: readonly Measured[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { metrics } of versions)
    for (const name of Object.keys(metrics)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .map(([name]) => name);
}

/** The metrics that are columns. @param names all of them (`metricNames`) */
export const shownColumns = (names: readonly string[], { columns }: TableState): readonly string[] =>
  columns ?? names.slice(0, AT_FIRST);

/** In the order of the table; versions without the metric come last, the newest first. */
export function sortVersions<T extends Measured>(
  versions: readonly T[],
  { sortedBy, isAscending }: TableState,
): readonly T[] {
  const sign = isAscending ? 1 : -1;
  if (sortedBy === null) return [...versions].sort((a, b) => sign * (a.version - b.version));
  return [...versions].sort((a, b) => {
    const [own, other] = [ownOf(a.metrics, sortedBy), ownOf(b.metrics, sortedBy)];
    if (own === undefined || other === undefined)
      return own === other ? b.version - a.version : own === undefined ? 1 : -1;
    return sign * (own - other) || b.version - a.version;
  });
}
