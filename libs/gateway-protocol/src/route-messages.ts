import { z } from 'zod';
import type { Route } from '#libs/traffic';
import { type ToldRoute, toldRoute } from './told-route.ts';
import { PROTOCOL_VERSION } from './version.ts';
import { type UnreadableRoute, readRoutes } from './read-routes.ts';

/** One line of the stream that data planes read: everything, then every change, and a sign of life in between. */
export type RouteMessage =
  | {
      readonly kind: 'snapshot';
      readonly protocol: number;
      readonly routes: readonly ToldRoute[];
      /** What receipts are signed with. */
      readonly receiptKey: string;
    }
  | { readonly kind: 'route'; readonly route: ToldRoute }
  | ({ readonly kind: 'ping' } & Partial<StreamState>);

/** What a sign of life says of the stream: how the reader finds out that it has missed something, or hears old news. */
export interface StreamState {
  /** The next sign of life comes after so many milliseconds; a reader that hears none connects again. */
  readonly everyMs: number;
  /** Since the writer last knew its routes to be those in force. */
  readonly ageMs: number;
  /** Of all routes: how many there are, and their revisions added up. These only grow: who has missed one has less. */
  readonly models: number;
  readonly revisions: number;
}

export const pingOf = (
  routes: readonly Pick<Route, 'revision'>[],
  { everyMs, ageMs }: Pick<StreamState, 'everyMs' | 'ageMs'>,
): RouteMessage => ({
  ...{ kind: 'ping', everyMs, ageMs: Math.round(ageMs), models: routes.length },
  revisions: routes.reduce((sum, { revision }) => sum + revision, 0),
});

export const snapshotOf = (routes: readonly Route[], receiptKey: string): RouteMessage => ({
  kind: 'snapshot',
  protocol: PROTOCOL_VERSION,
  routes: routes.map(toldRoute),
  receiptKey,
});

export const changeOf = (route: Route): RouteMessage => ({ kind: 'route', route: toldRoute(route) });

const messageSchema = z.union([
  z.looseObject({
    kind: z.literal('snapshot'),
    protocol: z.int().min(0).default(0),
    routes: z.array(z.unknown()),
    receiptKey: z.string().nullable().default(null),
  }),
  z.looseObject({ kind: z.literal('route'), route: z.unknown() }),
  z.looseObject({
    kind: z.literal('ping'),
    everyMs: z.number().min(1),
    ageMs: z.number().min(0),
    models: z.int().min(0),
    revisions: z.int().min(0),
  }),
]);

/** What one line of the stream says. */
export interface ReadRouteMessage {
  /** `other`: a sign of life, or a kind that this reader does not know. */
  readonly kind: 'snapshot' | 'route' | 'other';
  readonly routes: readonly Route[];
  readonly unreadable: readonly UnreadableRoute[];
  /** `null`: the line names none. */
  readonly receiptKey: string | null;
  /** Of a sign of life that tells it. */
  readonly state?: StreamState;
}

/**
 * Reads one line of the stream. Kinds that are not known say nothing to this reader, as `ping` does.
 * @throws SyntaxError where the line is not JSON: the stream itself is broken
 */
export function readRouteMessage(line: string): ReadRouteMessage {
  const read = messageSchema.safeParse(JSON.parse(line));
  const other = { kind: 'other', routes: [], unreadable: [], receiptKey: null } as const;
  if (!read.success) return other;
  if (read.data.kind === 'ping') return { ...other, state: read.data };
  if (read.data.kind === 'route')
    return { kind: 'route', ...readRoutes([read.data.route]), receiptKey: null };
  return { kind: 'snapshot', ...readRoutes(read.data.routes), receiptKey: read.data.receiptKey };
}
