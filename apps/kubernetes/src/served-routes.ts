import type { Route } from '#libs/traffic';
import type { TrafficRouter } from './traffic-router.ts';

/** The revisions by which callers are split now, to acknowledge: of models that come another way each one, for nobody is to wait for us. */
export function servedRoutes(
  router: Pick<TrafficRouter, 'standing'>,
  routes: readonly Route[],
): ReadonlyMap<string, number> {
  return new Map(
    routes
      .filter((route) => (router.standing(route)?.kind ?? 'serves') === 'serves')
      .map(({ model, revision }) => [model, revision]),
  );
}
