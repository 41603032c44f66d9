import type { Health } from '#libs/observe';
import type { RouteFeed } from '../gateways/route-feed.ts';
import type { UnitOfWork } from '../ports.ts';

/** Can this api do its work: does the database answer, and are its routes those of the database? */
export function apiHealth(
  uow: UnitOfWork,
  feed: Pick<RouteFeed, 'age'>,
): Pick<Health, 'notReady' | 'details'> {
  return {
    notReady: async () => {
      try {
        await uow.run((stores) => stores.now());
      } catch {
        return 'the database does not answer';
      }
      return feed.age.tooOld ? feed.age.text : null;
    },
    details: () => [feed.age.text],
  };
}
