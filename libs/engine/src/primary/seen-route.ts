import { DomainError } from '#libs/kernel';
import type { Route } from '#libs/traffic';
import type { Stores } from '../ports/ports.ts';
import type { ModelRecord } from '../ports/records.ts';
import { isAsSeen, type SeenRevisions, seenWords } from '../rollouts/seen-revision.ts';

/** What the sender of a word to a model saw. */
export interface SeenRoute {
  /** The route's revision (`If-Match`); another one by now: nothing is done. */
  readonly revision?: SeenRevisions | undefined;
}

type OfModel = Pick<ModelRecord, 'id' | 'name'>;

/** Is the model's route as the sender saw it? `revision` left out: they do not say. */
export const isRouteAsSeen = async (
  stores: Stores,
  { id }: OfModel,
  { revision }: SeenRoute,
): Promise<boolean> => isAsSeen(revision, (await stores.routes.find(id))?.revision);

/** @throws DomainError `changed_meanwhile`, with what serves, unless the model's route is as the sender saw it */
export async function assertRouteSeen(
  stores: Stores,
  { id, name }: OfModel,
  { revision }: SeenRoute,
): Promise<void> {
  const route = await stores.routes.find(id);
  if (isAsSeen(revision, route?.revision)) return;
  throw new DomainError(
    'stale',
    'changed_meanwhile',
    `The route of "${name}" is at revision ${route?.revision ?? 'none'} by now, not at ${seenWords(revision)}${standing(route)}. Look again, and decide anew.`,
  );
}

/** What a route says, for whoever has seen another one. */
const standing = (route: Pick<Route, 'primary' | 'candidate'> | null): string =>
  route === null
    ? ''
    : `: version ${route.primary.version} serves${route.candidate ? `, version ${route.candidate.version} is its candidate` : ''}`;
