import { z } from 'zod';
import type { Route } from '#libs/traffic';
import { routeSchema } from './route.schema.ts';

/** A route that cannot be obeyed, and why. */
export interface UnreadableRoute {
  readonly model: string | null;
  readonly reason: string;
}

/** Reads routes one by one: one that cannot be understood costs no other model its own. */
export function readRoutes(list: readonly unknown[]): {
  readonly routes: readonly Route[];
  readonly unreadable: readonly UnreadableRoute[];
} {
  const routes: Route[] = [];
  const unreadable: UnreadableRoute[] = [];
  for (const item of list) {
    const read = routeSchema.safeParse(item);
    if (read.success) routes.push(routeOf(read.data));
    else {
      const [issue] = read.error.issues;
      const named = z.looseObject({ model: z.string() }).safeParse(item);
      const reason = `${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'unreadable'}`;
      unreadable.push({ model: named.success ? named.data.model : null, reason });
    }
  }
  return { routes, unreadable };
}

function routeOf({ callers: rules, retired, withRings, ...route }: z.output<typeof routeSchema>): Route {
  return {
    ...route,
    ...(withRings === undefined ? {} : { candidate: withRings.candidate, rolloutId: withRings.rolloutId }),
    ...(rules === undefined ? {} : { callers: rules }),
    ...(retired === undefined ? {} : { retired }),
  } as Route;
}
