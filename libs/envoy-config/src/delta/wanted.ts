import type { ModelRoutes } from '../resources/model-routes.ts';
import type { EnvoyResource } from '../resources/resource.ts';

/** All that one Envoy is to have. */
export interface Wanted {
  readonly models: ReadonlyMap<string, ModelRoutes>;
  readonly listener: EnvoyResource;
}
