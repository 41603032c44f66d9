import type { ModelRoutes } from '../resources/model-routes.ts';
import type { EnvoyResource, ResourceKind } from '../resources/resource.ts';
import { routeConfiguration, ROUTES_NAME } from '../resources/route-configuration.ts';
import type { Accepted } from './accepted.ts';
import { type Push, SentResources } from './sent-resources.ts';
import { UnusedClusters } from './unused-clusters.ts';
import type { Wanted } from './wanted.ts';

/** What an Envoy has said. */
export type EnvoySaid =
  | { readonly kind: 'taken'; readonly of: ResourceKind }
  | {
      readonly kind: 'refused';
      readonly of: ResourceKind;
      readonly what: readonly string[];
      readonly why: string;
    };

/** A request of the incremental protocol, as far as it matters. */
export interface DeltaRequest {
  readonly of: ResourceKind;
  /** Names that it asks for from now on; all of them (`*`, or none at first) for clusters and listeners. */
  readonly subscribe: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
  /** Of the message that it answers to; empty: none. */
  readonly nonce: string;
  /** Why it has not taken that message. */
  readonly error: string | null;
}

/**
 * What one connected Envoy is sent, and in which order, so that no caller meets a cluster that is not there: new clusters, then routes, and old clusters
 * are taken away when the last request that was routed to them is over (`UnusedClusters`). What Envoy refuses is not sent again: of that model it keeps
 * the last part that it has taken, while the others go on. Where a message of several is refused, they are sent one by one, to know which. Pure, but for
 * what it remembers.
 */
export class EnvoySession {
  private readonly sent = {
    cluster: new SentResources('cluster'),
    routes: new SentResources('routes'),
    listener: new SentResources('listener'),
  };
  private wanted: Wanted | null = null;
  /** Of the message with routes that is under way. */
  private routesUnderWay: ReadonlyMap<string, ModelRoutes> | null = null;
  /** Names of clusters and models that are sent by themselves, as they were refused together. */
  private readonly alone = { cluster: new Set<string>(), model: new Set<string>() };

  private readonly unused: UnusedClusters;
  /** Envoy has taken routes on this connection, or those that it has said to have are ours: until then, it may use any cluster. */
  private knowsRoutes = false;

  /**
   * @param accepted what this Envoy has taken, kept from its earlier connections
   * @param drainMs for how long a request may go on by the routes that it began with
   */
  constructor(
    private readonly accepted: Accepted,
    drainMs: number,
  ) {
    this.unused = new UnusedClusters(drainMs);
  }

  /** From now on this is what it should have. */
  want(wanted: Wanted): void {
    this.wanted = wanted;
  }

  hear(request: DeltaRequest): EnvoySaid | null {
    const of = this.sent[request.of];
    if (!of.isSubscribed) of.knows(request.versions);
    if (request.nonce === '' || request.subscribe.length > 0) of.isSubscribed = true;
    if (request.nonce === '') return null;
    const push = of.answered(request.nonce, request.error === null);
    if (push === null) return null;
    if (request.error === null) return this.noteTaken(push);
    return this.noteRefused(push, request.error);
  }

  /**
   * What is to be sent now, in order; each of it is under way from then on.
   * @param now a clock in ms that only goes forward
   */
  next(now: number): readonly Push[] {
    const { wanted } = this;
    if (wanted === null) return [];
    this.settle(wanted);
    return [this.clusters(wanted, now), this.listener(wanted), this.routes(wanted)].flatMap(
      (push) => push ?? [],
    );
  }

  /** When there may be something to send though nothing has changed, by the clock of `next`; `null`: never. */
  nextAt(): number | null {
    const { isSubscribed, isWaiting } = this.sent.cluster;
    return isSubscribed && !isWaiting ? this.unused.nextAt() : null;
  }

  /** The route revisions that Envoy serves by, as far as it has said so. */
  served(): ReadonlyMap<string, number> {
    return new Map([...this.accepted.models].map(([model, { revision }]) => [model, revision]));
  }

  /** What it does not take of what is wanted now, in its own words. */
  refused(): { name: string; why: string }[] {
    const { wanted, accepted } = this;
    if (wanted === null) return [];
    const parts = [...wanted.models.values()];
    return accepted.refusedOf([
      wanted.listener,
      ...parts.flatMap(({ clusters }) => clusters),
      ...parts.map(versionOfPart),
    ]);
  }

  private noteTaken(push: Push): EnvoySaid {
    if (push.kind === 'routes' && this.routesUnderWay) {
      this.accepted.models = this.routesUnderWay;
      for (const model of this.routesUnderWay.keys()) this.alone.model.delete(model);
      this.routesUnderWay = null;
      this.knowsRoutes = true;
    }
    for (const { name } of push.resources) this.alone.cluster.delete(name);
    return { kind: 'taken', of: push.kind };
  }

  private noteRefused(push: Push, why: string): EnvoySaid {
    const what =
      push.kind === 'routes'
        ? this.changedIn(this.routesUnderWay ?? new Map()).map(({ model }) => model)
        : push.resources.map(({ name }) => name);
    const said = { kind: 'refused', of: push.kind, what, why } as const;
    if (push.kind === 'listener') for (const one of push.resources) this.accepted.refuse(one, why);
    if (push.kind === 'cluster') {
      if (push.resources.length === 1) for (const one of push.resources) this.accepted.refuse(one, why);
      else for (const name of what) this.alone.cluster.add(name);
    }
    if (push.kind === 'routes') {
      // Whatever it was: the very same configuration is not sent twice.
      for (const one of push.resources) this.accepted.refuse(wholeOf(one), why);
      this.routesUnderWay = null;
    }
    return said;
  }

  /** Models whose part differs from what Envoy has taken. */
  private changedIn(models: ReadonlyMap<string, ModelRoutes>): readonly ModelRoutes[] {
    return [...models.values()].filter(
      (part) => this.accepted.models.get(part.model)?.digest !== part.digest,
    );
  }

  /** As long as what is due is refused already: several that changed are tried one by one, and one alone is what Envoy does not take. */
  private settle(wanted: Wanted): void {
    for (;;) {
      const models = this.oneByOne(this.servable(wanted));
      const why = this.accepted.whyRefused(wholeOf(routeConfiguration([...models.values()])));
      const [one, ...others] = why === null ? [] : this.changedIn(models);
      if (one === undefined || why === null) return;
      if (others.length === 0) this.accepted.refuse(versionOfPart(one), why);
      for (const { model } of others.length === 0 ? [] : [one, ...others]) this.alone.model.add(model);
    }
  }

  private clusters(wanted: Wanted, now: number): Push | null {
    const of = this.sent.cluster;
    const all = clustersOf(wanted.models);
    // Those of its routes, of routes that are on their way to it, and of the next ones.
    const inUse = [this.accepted.models, this.routesUnderWay ?? new Map(), wanted.models].map(clustersOf);
    if (this.knowsRoutes) this.unused.note(of.names(), new Set(inUse.flatMap((one) => [...one.keys()])), now);
    if (!of.isSubscribed || of.isWaiting) return null;
    const missing = [...all.values()].filter((one) => !of.hasTaken(one) && !this.accepted.isRefused(one));
    const together = missing.filter(({ name }) => !this.alone.cluster.has(name));
    const due = together.length > 0 ? together : missing.slice(0, 1);
    const gone = this.unused.drained(now);
    return due.length > 0 || gone.length > 0 || !of.hasAnswered ? of.push(due, gone) : null;
  }

  private listener(wanted: Wanted): Push | null {
    const of = this.sent.listener;
    if (!of.isSubscribed || of.isWaiting) return null;
    const { listener } = wanted;
    const isDue = !of.hasTaken(listener) && !this.accepted.isRefused(listener);
    return isDue || !of.hasAnswered ? of.push(isDue ? [listener] : [], []) : null;
  }

  private routes(wanted: Wanted): Push | null {
    const of = this.sent.routes;
    // Envoy answers to clusters when it has looked up their names: routes that need none of them do not wait for it.
    if (!of.isSubscribed || of.isWaiting || !this.sent.cluster.hasAnswered) return null;
    const models = this.oneByOne(this.servable(wanted));
    const resource: EnvoyResource = routeConfiguration([...models.values()]);
    if (of.hasTaken(resource)) {
      // As it says from an earlier connection.
      this.knowsRoutes = true;
      this.accepted.models = models;
      return null;
    }
    if (this.accepted.isRefused(wholeOf(resource))) return null;
    this.routesUnderWay = models;
    return of.push([resource], []);
  }

  /** Of each model the part that is wanted, where Envoy has its clusters and has not refused it; else the one before. */
  private servable(wanted: Wanted): Map<string, ModelRoutes> {
    const servable = new Map<string, ModelRoutes>();
    for (const [model, part] of wanted.models) {
      const isWell =
        part.clusters.every((one) => this.sent.cluster.hasTaken(one)) &&
        !this.accepted.isRefused(versionOfPart(part));
      const chosen = isWell ? part : this.accepted.models.get(model);
      if (chosen) servable.set(model, chosen);
    }
    return servable;
  }

  /** Of those that were refused together, only the first one changes. */
  private oneByOne(models: Map<string, ModelRoutes>): Map<string, ModelRoutes> {
    let changes = 0;
    for (const [model, part] of models) {
      const before = this.accepted.models.get(model);
      if (!this.alone.model.has(model) || before?.digest === part.digest || changes++ === 0) continue;
      if (before) models.set(model, before);
      else models.delete(model);
    }
    return models;
  }
}

const clustersOf = (models: ReadonlyMap<string, ModelRoutes>): Map<string, EnvoyResource> =>
  new Map([...models.values()].flatMap(({ clusters }) => clusters.map((one) => [one.name, one] as const)));

const versionOfPart = ({ model, digest }: ModelRoutes): { name: string; version: string } => ({
  name: `${ROUTES_NAME}:${model}`,
  version: digest,
});

/** The whole route configuration, which a listener may share its name with. */
const wholeOf = ({ version }: EnvoyResource): { name: string; version: string } => ({
  name: 'routes',
  version,
});
