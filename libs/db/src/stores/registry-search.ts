import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { Condition, Found, RegistrySearch } from '#libs/engine';

/** Attributes that can be searched, as columns of the query; `instant` ones are compared with milliseconds. */
export type SearchableColumns = Readonly<
  Record<string, { readonly column: string; readonly instant?: true }>
>;

/**
 * Adds the conditions, order and page of a search to a query.
 * @param tags the column of the tags
 * @param query selects one row for each item; nobody else adds parameters named `p…`
 */
export async function searched<T extends ObjectLiteral, R>(
  query: SelectQueryBuilder<T>,
  { where, orderBy, limit, offset }: RegistrySearch,
  columns: SearchableColumns,
  tags: string,
  toRecord: (row: T) => R,
): Promise<Found<R>> {
  for (const [i, condition] of where.entries()) addCondition(query, condition, columns, tags, `p${i}`);
  for (const { attribute, descending } of orderBy)
    query.addOrderBy(columnOf(columns, attribute).column, descending ? 'DESC' : 'ASC');
  const rows = await query
    .limit(limit + 1)
    .offset(offset)
    .getMany();
  return { items: rows.slice(0, limit).map(toRecord), more: rows.length > limit };
}

function addCondition<T extends ObjectLiteral>(
  query: SelectQueryBuilder<T>,
  { on, comparator, value, orMissing }: Condition,
  columns: SearchableColumns,
  tags: string,
  name: string,
): void {
  if ('tag' in on) {
    const parameters = { [`${name}k`]: on.tag, [name]: value };
    // Equality by containment, which an index can answer.
    const holds =
      comparator === '='
        ? `${tags} @> jsonb_build_object(:${name}k::text, :${name}::text)`
        : `(${tags} ->> :${name}k) ${operatorOf(comparator)} :${name}`;
    query.andWhere(orMissing ? `(${holds} OR (${tags} ->> :${name}k) IS NULL)` : holds, parameters);
    return;
  }
  const { column, instant } = columnOf(columns, on.attribute);
  if (comparator === 'IN' || comparator === 'NOT IN')
    query.andWhere(`${column} ${comparator} (:...${name})`, { [name]: value });
  else if (instant)
    query.andWhere(`${column} ${operatorOf(comparator)} to_timestamp(:${name}::float8 / 1000)`, {
      [name]: value,
    });
  else query.andWhere(`${column} ${operatorOf(comparator)} :${name}`, { [name]: value });
}

const operatorOf = (comparator: Condition['comparator']): string => (comparator === '!=' ? '<>' : comparator);

function columnOf(columns: SearchableColumns, attribute: string): SearchableColumns[string] {
  const column = columns[attribute];
  if (!column) throw new Error(`"${attribute}" cannot be searched by`);
  return column;
}
