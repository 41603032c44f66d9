import { randomInt } from 'node:crypto';
import path from 'node:path';
import { type Config, releaseVersion, required } from '#libs/config';
import { Acknowledger, faults, RouteAge, RouteStream, RouteTable } from '#libs/data-plane';
import { DomainError } from '#libs/kernel';
import {
  healthServer,
  listen,
  type Logger,
  Registry,
  type Shutdown,
  withProcessMetrics,
} from '#libs/observe';
import { FollowedObjects } from './followed-objects.ts';
import { GatewayRouteRouter } from './gateway-route-router.ts';
import { KubernetesApi } from './kubernetes-api.ts';
import { RolloutPauser } from './rollout-pauser.ts';
import { RouterFigures } from './router-figures.ts';
import { servedRoutes } from './served-routes.ts';

const USUAL_PORT = 7408;
const RESOLUTION = 2 ** 32;

/**
 * Starts the Kubernetes router. It keeps nothing: what was written last is in the cluster, and what is wanted comes from the api, without which
 * nothing is changed.
 */
export async function startRouter(
  config: Config,
  logger: Logger,
): Promise<{ port: number; shutdown: Shutdown }> {
  const token = required(
    config.token,
    'UNDERSTUDY_TOKEN',
    'the Kubernetes router needs a token with the scopes "gateway" and "operate" (POST /api/v1/tokens).',
  );
  const apiUrl = required(
    config.kubernetes.apiUrl,
    'KUBERNETES_API_URL',
    'this process runs in no Pod: say where the API server is, and set KUBERNETES_TOKEN_FILE and KUBERNETES_CA_FILE.',
  );
  faults.logTo(logger);
  const registry = withProcessMetrics(new Registry());
  const age = new RouteAge();
  const known = new Map<string, number>();
  const table: RouteTable = new RouteTable(() => {
    const changed = table.all().filter(({ model, revision }) => known.get(model) !== revision);
    for (const { model, revision } of changed) known.set(model, revision);
    router.routesChanged(changed.map(({ model }) => model));
  });
  const api = new KubernetesApi({ ...config.kubernetes, apiUrl });
  const objects = new FollowedObjects(
    api,
    logger,
    (names) => router.objectsChanged(names),
    config.kubernetes.kinds,
  );
  const standings = () =>
    table.all().flatMap((route) => {
      const standing = router.standing(route);
      return standing === null ? [] : [{ model: route.model, standing }];
    });
  const figures = new RouterFigures(
    registry,
    () => standings().map(({ standing }) => standing.kind),
    () => objects.whyAway,
  );
  const router: GatewayRouteRouter = new GatewayRouteRouter({
    ...{ api, objects, logger, figures },
    routeOf: (model) => table.find(model),
    onForeignEdit: config.kubernetes.foreignEdits === 'pause' ? 'leave' : 'takeBack',
  });
  const health = healthServer({
    metrics: registry,
    notReady: () =>
      objects.whyAway ?? (table.isFilled ? null : 'no routes yet: the api has not been reached'),
    details: () => [
      `routes were those of the database ${(age.ms / 1_000).toFixed(1)} s ago, as the api has said`,
      ...standings().map(({ model, standing }) =>
        standing.kind === 'serves' ? `${model} serves` : `${model} is ${standing.kind}: ${standing.why}`,
      ),
    ],
  });
  const port = await listenAt(health, config);
  const random = (): number => randomInt(RESOLUTION) / RESOLUTION;
  const to = { apiUrl: config.apiUrl, token };
  const stream = new RouteStream(to, table, age, logger, random);
  const spool = path.join(config.home, 'kubernetes', 'evidence.json');
  const acknowledger = new Acknowledger(
    { ...to, gatewayId: config.gatewayId, spool, version: releaseVersion() },
    { isKnown: () => objects.whyAway === null, served: () => servedRoutes(router, table.all()) },
    logger,
  );
  const pauser = new RolloutPauser(to, router, () => table.all(), logger);
  return {
    port,
    shutdown: async () => {
      health.close();
      health.closeAllConnections();
      await Promise.all([stream.stop(), pauser.stop()]);
      await objects.stop();
      await acknowledger.stop();
      await api.close();
    },
  };
}

async function listenAt(server: ReturnType<typeof healthServer>, config: Config): Promise<number> {
  const at = (port: number): Promise<number> => listen(server, port, config.gatewayAdminBind, 'ROUTER_PORT');
  if (config.kubernetes.port !== null) return at(config.kubernetes.port);
  try {
    return await at(USUAL_PORT);
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'port_in_use') throw error;
    return at(0);
  }
}
