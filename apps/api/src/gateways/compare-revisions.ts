import type { RouteRevision } from '#libs/engine';

/** Of each model by its name: the newest revision that was known before the database was asked. */
export type KnownRevisions = ReadonlyMap<string, number>;

/** Those that the database has newer, to be read. */
export const behind = (known: KnownRevisions, newest: readonly RouteRevision[]): readonly RouteRevision[] =>
  newest.filter(({ model, revision }) => revision > (known.get(model) ?? 0));

/**
 * Revisions only grow, and no model with a route is renamed or deleted. A database that has an older revision than was
 * known, or none, has lost routes, as in a failover to a replica that was behind: gateways serve by what is no more.
 * @throws Error that names the model and both revisions
 */
export function assertNoneLost(known: KnownRevisions, newest: readonly RouteRevision[]): void {
  const kept = new Map(newest.map(({ model, revision }) => [model, revision]));
  for (const [model, revision] of known) {
    const there = kept.get(model);
    if (there === undefined || there < revision)
      throw new Error(
        `the database has lost routes: of model "${model}" this api has revision ${revision}, and the database ${there === undefined ? 'none' : `revision ${there}`}. Gateways serve by what they have; decide again what serves it, until its revision is beyond ${revision}`,
      );
  }
}
