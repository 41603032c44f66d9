import type { Health } from '#libs/observe';
import type { RouteFeed } from '../gateways/route-feed.ts';
import type { UnitOfWork } from '../ports.ts';

/** Can this api do its work: can the database be written, and are its routes those of the database? */
export function apiHealth(
  uow: UnitOfWork,
  feed: Pick<RouteFeed, 'age'>,
): Pick<Health, 'notReady' | 'details'> {
  return {
    notReady: async () => {
      const writable = await uow.run((stores) => stores.isWritable()).catch(() => null);
      if (writable === null) return 'the database does not answer';
      if (!writable) return 'the database can only be read';
      return feed.age.tooOld ? feed.age.text : null;
    },
    details: () => [feed.age.text],
  };
}
