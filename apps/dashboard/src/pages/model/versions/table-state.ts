/** What the table of versions shows, as its address says it. */
export interface TableState {
  /** Metrics as columns; `null`: nobody has chosen any. */
  readonly columns: readonly string[] | null;
  /** The metric by which it is sorted; `null`: by the number of the version. */
  readonly sortedBy: string | null;
  readonly isAscending: boolean;
}

/** A metric as a key, so that no metric is called as an order is. */
const METRIC = 'metric:';

/** `?metric=accuracy&metric=loss&sort=metric:accuracy&order=ascending`; one empty `metric`: no column. */
export function tableStateOf(search: URLSearchParams): TableState {
  const columns = search.getAll('metric');
  const sort = search.get('sort') ?? '';
  return {
    columns: columns.length === 0 ? null : [...new Set(columns.filter((name) => name !== ''))],
    sortedBy: sort.startsWith(METRIC) && sort !== METRIC ? sort.slice(METRIC.length) : null,
    isAscending: search.get('order') === 'ascending',
  };
}

/** The same address with another state of the table; what the table does not know stays. */
export function withTableState(
  search: URLSearchParams,
  { columns, sortedBy, isAscending }: TableState,
): URLSearchParams {
  const next = new URLSearchParams(search);
  for (const key of ['metric', 'sort', 'order']) next.delete(key);
  for (const name of columns?.length === 0 ? [''] : (columns ?? [])) next.append('metric', name);
  if (sortedBy !== null) next.set('sort', `${METRIC}${sortedBy}`);
  if (isAscending) next.set('order', 'ascending');
  return next;
}

/** What a click on a column's heading makes of it: the largest first, then the smallest first. */
export const sortedByClick = (state: TableState, column: string | null): TableState => ({
  ...state,
  sortedBy: column,
  isAscending: state.sortedBy === column && !state.isAscending,
});
