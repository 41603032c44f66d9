import { digestOf } from './digest.ts';
import { ARM_HEADER, type ModelRoutes, prefixOf, problem } from './model-routes.ts';
import { type EnvoyMessage, type EnvoyResource, typed } from './resource.ts';

/** The one route configuration, which all listeners of ours use. */
export const ROUTES_NAME = 'understudy';

const NOT_SERVED: EnvoyMessage = {
  match: { prefix: '/' },
  ...problem(
    404,
    'model_not_served',
    'Not Found',
    'No version of this model serves. Register one, or check the name.',
  ),
};

/** The longest name that a path begins with says whose routes are tried, in one look-up; they say themselves that it ends there. */
const byModel = (models: readonly ModelRoutes[]): EnvoyMessage => ({
  matcher_tree: {
    input: {
      name: 'path',
      typed_config: typed('envoy.type.matcher.v3.HttpRequestHeaderMatchInput', { header_name: ':path' }),
    },
    prefix_match_map: {
      map: Object.fromEntries(models.map(({ model, routes }) => [prefixOf({ model }), tried(routes)])),
    },
  },
  on_no_match: tried([]),
});

const tried = (routes: readonly EnvoyMessage[]): EnvoyMessage => ({
  action: {
    name: 'routes',
    typed_config: typed('envoy.config.route.v3.RouteList', { routes: [...routes, NOT_SERVED] }),
  },
});

/**
 * The route configuration of several models. Its version names how many models there are and the sum of their routes' revisions, which only
 * grow, and then what it consists of.
 */
export function routeConfiguration(models: readonly ModelRoutes[]): EnvoyResource {
  const revisions = models.reduce((sum, { revision }) => sum + revision, 0);
  const digest = digestOf(models.map((one) => [one.model, one.digest]));
  return {
    kind: 'routes',
    name: ROUTES_NAME,
    version: `${models.length} models, revisions ${revisions}, ${digest}`,
    body: {
      name: ROUTES_NAME,
      // Clusters are sent first, and taken away last.
      validate_clusters: { value: false },
      // What callers say of the arm is the router's own word; the Lua filter has taken theirs away.
      request_headers_to_remove: [ARM_HEADER],
      response_headers_to_add: [
        {
          header: { key: 'x-served-version', value: '%UPSTREAM_METADATA(understudy:version)%' },
          append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
        },
      ],
      virtual_hosts: [
        {
          name: ROUTES_NAME,
          domains: ['*'],
          // A list of all models' routes would be tried one by one, twice for each request.
          ...(models.length === 0 ? { routes: [NOT_SERVED] } : { matcher: byModel(models) }),
        },
      ],
    },
  };
}
