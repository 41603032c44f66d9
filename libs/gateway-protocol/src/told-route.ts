import type { Route } from '#libs/traffic';

/** A route as data planes are told it. */
export interface ToldRoute extends Route {
  /** What only those that know rings may go by. */
  readonly withRings?: Pick<Route, 'candidate' | 'rolloutId'>;
}

/**
 * Who does not know rings would take a ring's candidate for everybody's, or count everybody as its comparison. So to them such a
 * route has no candidate and no rollout: their callers all go to the primary, and are no evidence. The rest is beside it.
 */
export function toldRoute(route: Route): ToldRoute {
  const { candidate, rolloutId } = route;
  if (candidate?.rings === undefined) return route;
  return { ...route, candidate: null, rolloutId: null, withRings: { candidate, rolloutId } };
}
