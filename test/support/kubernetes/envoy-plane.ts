import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '#libs/processes';
import type { Json } from '../api.ts';
import { ENVOY } from '../gateways/envoy.ts';
import type { GatewayPlane } from './gateway-controller.ts';

const TYPES = 'type.googleapis.com/envoy';
const HCM = `${TYPES}.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager`;
const ROUTER = `${TYPES}.extensions.filters.http.router.v3.Router`;

/** A real Envoy that serves by HTTPRoutes. */
export interface EnvoyPlane extends GatewayPlane {
  readonly url: string;
  /** `host:port` of its figures, for Prometheus (`/stats/prometheus`). */
  readonly adminHost: string;
  /** Weights by Service of the model's rule, as Envoy has loaded them. */
  weights(): Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

const socket = (port: number) => ({ socket_address: { address: '127.0.0.1', port_value: port } });
const clusterOf = ([name, url]: readonly [string, string]) => ({
  ...{ name, type: 'STATIC', connect_timeout: '1s' },
  load_assignment: {
    cluster_name: name,
    endpoints: [{ lb_endpoints: [{ endpoint: { address: socket(Number(new URL(url).port)) } }] }],
  },
});

/** The rules of an HTTPRoute in Envoy's words: hostnames, weights of Services, copies. Rules of tests match everything. */
function virtualHostOf({ metadata, spec }: Json): object {
  const routes = spec.rules.map(({ backendRefs, filters = [] }: Json) => ({
    match: { prefix: '/' },
    route: {
      weighted_clusters: {
        clusters: backendRefs.map(({ name, weight = 1 }: Json) => ({ name, weight })),
      },
      request_mirror_policies: filters
        .filter(({ type }: Json) => type === 'RequestMirror')
        .map(({ requestMirror: { backendRef, percent = 100 } }: Json) => ({
          cluster: backendRef.name,
          runtime_fraction: { default_value: { numerator: percent, denominator: 'HUNDRED' } },
        })),
    },
  }));
  return { name: metadata.name, domains: spec.hostnames, routes };
}

/**
 * Starts an Envoy whose routes come from a file, as its controllers have them by xDS.
 * @param services URL by the name of a Service
 */
export async function startEnvoyPlane(services: ReadonlyMap<string, string>): Promise<EnvoyPlane> {
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-envoy-plane-'));
  const [callers, admin] = [await freePort(), await freePort()];
  const file = path.join(folder, 'routes.json');
  let version = 0;
  let loaded: Readonly<Record<string, number>> = {};
  const write = async (hosts: readonly object[]): Promise<void> => {
    version++;
    const resource = {
      ...{ '@type': `${TYPES}.config.route.v3.RouteConfiguration`, name: 'routes', virtual_hosts: hosts },
    };
    await writeFile(`${file}.new`, JSON.stringify({ version_info: `${version}`, resources: [resource] }));
    await rename(`${file}.new`, file);
  };
  await write([]);
  const hcm = {
    ...{ '@type': HCM, stat_prefix: 'callers' },
    rds: {
      route_config_name: 'routes',
      config_source: { resource_api_version: 'V3', path_config_source: { path: file } },
    },
    http_filters: [{ name: 'envoy.filters.http.router', typed_config: { '@type': ROUTER } }],
  };
  const filter = { name: 'envoy.filters.network.http_connection_manager', typed_config: hcm };
  const bootstrap = {
    node: { id: 'plane', cluster: 'plane' },
    admin: { address: socket(admin) },
    static_resources: {
      listeners: [{ name: 'callers', address: socket(callers), filter_chains: [{ filters: [filter] }] }],
      clusters: [...services].map(clusterOf),
    },
  };
  const config = path.join(folder, 'bootstrap.json');
  await writeFile(config, JSON.stringify(bootstrap));
  const options = ['-c', config, '--concurrency', '1', '--use-dynamic-base-id', '--log-level', 'warn'];
  const child: ChildProcess = spawn(ENVOY ?? '', options, { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  child.stdout?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const ended = once(child, 'exit');
  const hasLoaded = async (): Promise<void> => {
    for (let tries = 0; tries < 300; tries++) {
      const dump = `http://127.0.0.1:${admin}/config_dump?resource=dynamic_route_configs`;
      const answer = await fetch(dump).catch(() => null);
      const { configs = [] } = ((await answer?.json()) ?? {}) as Json;
      if (configs.some((one: Json) => one['version_info'] === `${version}`)) return;
      await sleep(100);
    }
    throw new Error(`Envoy does not take routes ${version}: ${log}`);
  };
  await hasLoaded();
  return {
    url: `http://127.0.0.1:${callers}`,
    adminHost: `127.0.0.1:${admin}`,
    weights: () => loaded,
    hasService: (name) => services.has(name),
    program: async (routes) => {
      const known = routes.filter(({ spec }) =>
        spec.rules.every(({ backendRefs }: Json) =>
          backendRefs.every(({ name }: Json) => services.has(name)),
        ),
      );
      await write(known.map(virtualHostOf));
      await hasLoaded();
      const refs = known.flatMap(({ spec }) => spec.rules[0].backendRefs);
      loaded = Object.fromEntries(refs.map(({ name, weight = 1 }: Json) => [name, weight]));
    },
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
