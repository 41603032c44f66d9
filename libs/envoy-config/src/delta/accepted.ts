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
    return this.whyRefused({ name, version }) !== null;
  }

  /** `null`: it is not refused. */
  whyRefused({ name, version }: Pick<EnvoyResource, 'name' | 'version'>): string | null {
    const refusal = this.refusals.get(name);
    return refusal?.version === version ? refusal.why : null;
  }

  /** What it does not take of what is wanted now, in its own words. */
  refusedOf(names: Iterable<Pick<EnvoyResource, 'name' | 'version'>>): { name: string; why: string }[] {
    return [...names].flatMap((one) => {
      const why = this.whyRefused(one);
      return why === null ? [] : [{ name: one.name, why }];
    });
  }
}
