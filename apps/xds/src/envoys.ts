import {
  Accepted,
  type EnvoyLimit,
  EnvoySession,
  listenerOf,
  type ListenerSettings,
  modelRoutes,
  type ModelRoutes,
  type RouteSettings,
  type Wanted,
} from '#libs/envoy-config';
import type { Route } from '#libs/traffic';

/** An Envoy that is connected. */
export interface ConnectedEnvoy {
  /** As its bootstrap names it. */
  readonly node: string;
  readonly session: EnvoySession;
  /** Sends what is due. */
  push(): void;
}

/** What differs from one Envoy to the other. */
export type EnvoySettings = Pick<ListenerSettings, 'host' | 'port' | 'logToken'>;

/** Nodes whose past is kept: their names may be new ones at each start. */
const MOST_NODES = 1_000;

/** What all Envoys are told, and what each of them has said to it. */
export class Envoys {
  private readonly connected = new Set<ConnectedEnvoy>();
  /** By node: what it has taken outlives its connections. */
  private readonly accepted = new Map<string, Accepted>();
  private models: ReadonlyMap<string, ModelRoutes> = new Map();

  constructor(
    private readonly settings: RouteSettings & Pick<ListenerSettings, 'idleTimeoutMs'>,
    /** For how long a request may go on by the routes that it began with. */
    private readonly drainMs: number,
    private readonly onLimits: (model: string, limits: readonly EnvoyLimit[]) => void,
  ) {}

  /** These are the routes from now on. */
  follow(routes: readonly Route[]): void {
    const before = this.models;
    this.models = new Map(
      routes.map((route) => {
        const known = before.get(route.model);
        // A route of one revision may come to say more, and is then another object.
        const part = modelRoutes(route, this.settings);
        return [route.model, known?.digest === part.digest ? known : part];
      }),
    );
    for (const [model, { limits, revision }] of this.models)
      if (before.get(model)?.revision !== revision) this.onLimits(model, limits);
    for (const envoy of this.connected) envoy.push();
  }

  /** @param node two that are connected at once and call themselves alike have nothing in common */
  open(node: string): EnvoySession {
    const isTaken = this.all().some((envoy) => envoy.node === node);
    const accepted = (isTaken ? undefined : this.accepted.get(node)) ?? new Accepted();
    this.accepted.delete(node);
    this.accepted.set(node, accepted);
    const [oldest] = this.accepted.keys();
    if (this.accepted.size > MOST_NODES && oldest !== undefined) this.accepted.delete(oldest);
    return new EnvoySession(accepted, this.drainMs);
  }

  add(envoy: ConnectedEnvoy): void {
    this.connected.add(envoy);
  }

  remove(envoy: ConnectedEnvoy): void {
    this.connected.delete(envoy);
  }

  /** What an Envoy is to have. */
  wanted(own: EnvoySettings): Wanted {
    return { models: this.models, listener: listenerOf({ ...this.settings, ...own }) };
  }

  all(): readonly ConnectedEnvoy[] {
    return [...this.connected];
  }

  /** What Envoys cannot do for the models' present routes. */
  limits(): { model: string; limit: EnvoyLimit }[] {
    return [...this.models].flatMap(([model, { limits }]) => limits.map((limit) => ({ model, limit })));
  }

  /** What connected Envoys do not take of what is wanted, in their own words. */
  refused(): { node: string; what: string; why: string }[] {
    return this.all().flatMap(({ node, session }) =>
      session.refused().map(({ name, why }) => ({ node, what: name, why })),
    );
  }

  /** The revisions that all connected Envoys serve by; empty: none is connected. */
  served(): ReadonlyMap<string, number> {
    const all = this.all().map(({ session }) => session.served());
    const [first, ...others] = all;
    if (!first) return new Map();
    return new Map(
      [...first].flatMap(([model, revision]) => {
        const least = others.reduce((least, one) => Math.min(least, one.get(model) ?? 0), revision);
        return least > 0 ? [[model, least] as const] : [];
      }),
    );
  }
}
