import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { decodePageToken, toPage } from './convert.ts';
import { instantAt, microsOf, toMicros } from './page-key.ts';

/**
 * A page of rows by their time of creation, the newest first: in the very order that its token counts in, microseconds and id, so that rows
 * of one millisecond are neither left out nor repeated. An index over both reads it.
 * @param query of entities with `createdAt` and `id`, joined with no more than one row each @param alias of these entities
 */
export async function pageByCreation<T extends ObjectLiteral & { readonly id: string }>(
  query: SelectQueryBuilder<T>,
  alias: string,
  { pageSize, pageToken }: { readonly pageSize: number; readonly pageToken: string | null },
): Promise<{ items: T[]; nextPageToken: string | null }> {
  const [at, id] = [`${alias}.createdAt`, `${alias}.id`];
  const before = decodePageToken(pageToken, ['micros', 'uuid']);
  if (before !== null)
    query.andWhere(`(${at}, ${id}) < (${instantAt(':beforeAt')}, :beforeId)`, {
      beforeAt: toMicros(before[0] ?? ''),
      beforeId: before[1],
    });
  const { entities, raw } = await query
    .addSelect(microsOf(at), 'micros')
    .orderBy(at, 'DESC')
    .addOrderBy(id, 'DESC')
    .limit(pageSize + 1)
    .getRawAndEntities<{ micros: string }>();
  const keyed = entities.map((row, i) => ({ row, key: `${raw[i]?.micros ?? ''} ${row.id}` }));
  const page = toPage(keyed, pageSize, (one) => one.key);
  return { items: page.items.map(({ row }) => row), nextPageToken: page.nextPageToken };
}
