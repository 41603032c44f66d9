import type { ModelRoutes } from '../resources/model-routes.ts';
import type { EnvoyResource } from '../resources/resource.ts';

/** What one Envoy has taken and what it has refused, over all of its connections. */
export class Accepted {
  /** The parts of the route configuration that it serves by. */
  models: ReadonlyMap<string, ModelRoutes> = new Map();
  /** By name. */
  private readonly refusals = new Map<string, { readonly version: string; readonly why: string }>();

  refuse({ name, version }: Pick<EnvoyResource, 'name' | 'version'>, why: string): void {
    this.refusals.set(name, { version, why });
  }

  isRefused({ name, version }: Pick<EnvoyResource, 'name' | 'version'>): boolean {
    return this.refusals.get(name)?.version === version;
  }

  /** What it does not take of what is wanted now, in its own words. */
  refusedOf(names: Iterable<Pick<EnvoyResource, 'name' | 'version'>>): { name: string; why: string }[] {
    return [...names].flatMap((one) => {
      const refusal = this.refusals.get(one.name);
      return refusal?.version === one.version ? [{ name: one.name, why: refusal.why }] : [];
    });
  }
}
