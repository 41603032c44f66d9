import type { Route } from '#libs/traffic';
import type { Standing } from './standing.ts';

/**
 * Moves callers by what others serve by. Understudy's own data planes (the gateway, and Envoys behind the xDS server) follow routes over a stream and
 * acknowledge them (`libs/data-plane`); what cannot follow a stream is followed up by an adapter of this port, and acknowledged in its stead (ADR 61).
 */
export interface TrafficRouter {
  /** These models' routes have changed: level-triggered, so a call too many does nothing. */
  routesChanged(models: readonly string[]): void;
  /** How a model stands to its present route; `null`: its callers come another way. */
  standing(route: Route): Standing | null;
  /** Why nothing is known of what is served by now; `null`: it is. */
  readonly whyAway: string | null;
}
