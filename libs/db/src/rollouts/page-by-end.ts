import type { SelectQueryBuilder } from 'typeorm';
import { decodePageToken, toPage } from '../work/convert.ts';
import type { RolloutEntity } from './rollout.entity.ts';

/** Microseconds since 1970, as PostgreSQL keeps it. */
const END = '(extract(epoch FROM rollout.endedAt) * 1000000)::bigint';

/**
 * A page of rollouts that have ended, the latest end first. An index over it (`rollout_ended`) reads it.
 * @param query of rollouts, named `rollout`
 */
export async function pageByEnd(
  query: SelectQueryBuilder<RolloutEntity>,
  { pageSize, pageToken }: { readonly pageSize: number; readonly pageToken: string | null },
): Promise<{ items: RolloutEntity[]; nextPageToken: string | null }> {
  const [end, before] = decodePageToken(pageToken, ['micros', 'long']) ?? [];
  query.andWhere('rollout.endedAt IS NOT NULL');
  if (end !== undefined)
    query.andWhere('(rollout.endedAt, rollout.sequence) < (to_timestamp(:end::float8 / 1000000), :before)', {
      end,
      before,
    });
  const { entities, raw } = await query
    .addSelect(END, 'place')
    .addSelect('rollout.sequence', 'number')
    .orderBy('rollout.endedAt', 'DESC')
    .addOrderBy('rollout.sequence', 'DESC')
    .limit(pageSize + 1)
    .getRawAndEntities<{ place: string; number: string }>();
  const keyed = entities.map((row, i) => ({ row, key: `${raw[i]?.place ?? ''} ${raw[i]?.number ?? ''}` }));
  const page = toPage(keyed, pageSize, (one) => one.key);
  return { items: page.items.map(({ row }) => row), nextPageToken: page.nextPageToken };
}
