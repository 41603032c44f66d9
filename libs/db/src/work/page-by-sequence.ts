import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { decodeBehind, toPage } from './convert.ts';

/**
 * A page of rows as they were written, the newest first: by their number, not by their time, which may stand still or be set back. An index
 * over it reads it.
 * @param query of entities with `sequence` and `id`, joined with no more than one row each @param alias of these entities
 */
export async function pageBySequence<T extends ObjectLiteral & { readonly id: string }>(
  query: SelectQueryBuilder<T>,
  alias: string,
  { pageSize, pageToken }: { readonly pageSize: number; readonly pageToken: string | null },
): Promise<{ items: T[]; nextPageToken: string | null }> {
  const sequence = `${alias}.sequence`;
  const { sequence: before = null, id = null } = decodeBehind(pageToken) ?? {};
  const table = query.expressionMap.mainAlias?.metadata.tableName;
  if (before !== null) query.andWhere(`${sequence} < :before`, { before });
  if (id !== null)
    query.andWhere(`${sequence} < (SELECT own.sequence FROM "${table}" own WHERE own.id = :id)`, { id });
  const { entities, raw } = await query
    .addSelect(sequence, 'place')
    .orderBy(sequence, 'DESC')
    .limit(pageSize + 1)
    .getRawAndEntities<{ place: string }>();
  const keyed = entities.map((row, i) => ({ row, key: raw[i]?.place ?? '' }));
  const page = toPage(keyed, pageSize, (one) => one.key);
  return { items: page.items.map(({ row }) => row), nextPageToken: page.nextPageToken };
}
