import { setTimeout as sleep } from 'node:timers/promises';
import { KubernetesApi } from '../../apps/kubernetes/src/kubernetes-api.ts';
import { eventually, type Installation, startInstallation } from '../../test/support/installation.ts';
import { NO_API_SERVER, startCluster, type TestCluster } from '../../test/support/kubernetes/api-server.ts';
import { GatewayController } from '../../test/support/kubernetes/gateway-controller.ts';
import { giveRouterRights, startRouter } from '../../test/support/kubernetes/lone-router.ts';
import { startModelServer } from '../../test/support/model-servers/model-server.ts';
import { type Figure, percentile } from '../figure.ts';

const PER_SECOND = 20;
const AT_ONCE = 8;
const TARGET_MS = 1_000;
const WATCH_SECONDS = 3_600;
const LONG_MS = 300_000;
const POLICY = {
  name: 'on-trial',
  steps: [{ canary: { weight: '10%', minRequests: 1_000_000, maxDuration: '1d' } }],
  gates: [{ metric: 'error_rate', maxIncrease: 0.99 }],
  promoteWhen: 'notFailed',
};

const nameOf = (i: number): string => `model-${i}`;
const routeOf = (name: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: ${name}
  namespace: models
  labels: { understudy.dev/model: ${name} }
  annotations: { understudy.dev/service: '${name}-v{version}:8080' }
spec:
  parentRefs: [{ name: front }]
  hostnames: [${name}.example.com]
  rules: [{ backendRefs: [{ name: ${name}-v1, port: 8080 }] }]
`;

/** Does something for all of them, some at a time. */
async function forAll<T>(all: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
  const rest = [...all];
  const one = async (): Promise<void> => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) await act(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

/**
 * How long after a decision does the HTTPRoute say it? From the time of the rollback's event, written in its transaction just before the commit,
 * until a watch of the API server has told the object with the weights of it. All models have a rollout; half of them are rolled back steadily, the other half as
 * fast as the api takes it.
 */
export async function decisionToObject(models: number, say: (line: string) => void): Promise<Figure[]> {
  if (NO_API_SERVER !== null) throw new Error(NO_API_SERVER);
  const names = Array.from({ length: models }, (_, i) => nameOf(i));
  const server = await startModelServer((_q, _b, response) => response.end('{}'));
  const cluster = await startCluster();
  const site = await startInstallation({ RATE_LIMIT: '0' });
  await cluster.apply('apiVersion: v1\nkind: Namespace\nmetadata: { name: models }\n');
  await giveRouterRights(cluster);
  await forAll(names, (name) => cluster.apply(routeOf(name)));
  const controller = new GatewayController(cluster);
  const router = await startRouter(cluster, {
    ...{ API_URL: site.api.url, UNDERSTUDY_TOKEN: await site.api.token('gateway', 'operate') },
    KUBERNETES_NAMESPACE: 'models',
  });
  const stopping = new AbortController();
  const told = watchWeights(cluster, stopping.signal);
  try {
    await putOnTrial(site, names, server.url);
    await eventually(
      () => Promise.resolve(names.filter((name) => told.get(name)?.services !== 2).length),
      (missing) => missing === 0,
      LONG_MS,
    );
    say(`  ${models} rollouts are on trial`);
    const half = Math.floor(models / 2);
    const decided = async (name: string): Promise<number | null> => {
      const id = await rollBack(site, name);
      return id === null ? null : arrived(site, name, id, told);
    };
    const steady: Promise<number | null>[] = [];
    for (const name of names.slice(0, half)) {
      steady.push(decided(name));
      await sleep(1_000 / PER_SECOND);
    }
    const ofSteady = (await Promise.all(steady)).filter((ms) => ms !== null);
    say('  half of them are rolled back');
    const burst: Promise<number>[] = [];
    const from = performance.now();
    await forAll(names.slice(half), async (name) => {
      const id = await rollBack(site, name);
      if (id !== null) burst.push(arrived(site, name, id, told));
    });
    const perSecond = Math.round((models - half) / ((performance.now() - from) / 1_000));
    const ofBurst = await Promise.all(burst);
    return [
      ...figuresOf('steady', ofSteady, `${PER_SECOND} decisions a second`),
      ...figuresOf(
        'burst',
        ofBurst,
        `${perSecond} decisions a second, as fast as the api takes them, ${AT_ONCE} at once`,
      ),
    ];
  } finally {
    stopping.abort();
    await router.stop('SIGKILL');
    await controller.stop();
    await site.close();
    await cluster.close();
    await server.stop();
  }
}

/** By name of an object: how many Services its rule has, and when a watch told it first. */
type Told = ReadonlyMap<string, { readonly services: number; readonly at: number }>;

function watchWeights(cluster: TestCluster, signal: AbortSignal): Told {
  const told = new Map<string, { services: number; at: number }>();
  const place = { apiUrl: cluster.url, caFile: cluster.caFile, tokenFile: cluster.user('router').tokenFile };
  const api = new KubernetesApi({ ...place, namespace: 'models' });
  const follow = async (): Promise<void> => {
    const { resourceVersion } = await api.list('HTTPRoute');
    await api.watch('HTTPRoute', resourceVersion, WATCH_SECONDS, signal, ({ object }) => {
      const services = object.spec.rules?.[0]?.backendRefs?.length ?? 0;
      if (told.get(object.metadata.name)?.services !== services)
        told.set(object.metadata.name, { services, at: Date.now() });
    });
  };
  void follow().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  return told;
}

async function putOnTrial({ api }: Installation, names: readonly string[], url: string): Promise<void> {
  const register = async (name: string): Promise<void> => {
    const body = { servingUrl: url, createModel: true, rollout: { policy: POLICY } };
    const { status, body: answer } = await api.call('POST', `/models/${name}/versions`, body);
    if (status >= 300) throw new Error(`not registered: ${JSON.stringify(answer)}`);
  };
  const isPrimary = async (name: string): Promise<void> => {
    await eventually(
      async () => (await api.call('GET', `/models/${name}`)).body,
      (model) => model['primary'] === 1,
      LONG_MS,
    );
  };
  await forAll(names, register);
  await forAll(names, isPrimary);
  await forAll(names, register);
}

/** @returns the id of the rollout; `null`: the database was too busy, and it was not asked for again */
async function rollBack({ api }: Installation, name: string): Promise<string | null> {
  const { status, body } = await api.call('POST', `/models/${name}/rollback`, { reason: 'bench' });
  if (status === 503) return null;
  if (status !== 200) throw new Error(`the rollback was refused: ${JSON.stringify(body)}`);
  return String(body['rollout'].id);
}

/** @returns milliseconds from the decision to the object */
async function arrived({ api }: Installation, name: string, rolloutId: string, told: Told): Promise<number> {
  const seen = await eventually(
    () => Promise.resolve(told.get(name)),
    (one) => one?.services === 1,
    LONG_MS,
  );
  const events = await api.call('GET', `/rollouts/${rolloutId}/events`);
  const event = (events.body['items'] as { type: string; at: string }[]).find(
    ({ type }) => type === 'rollout.rolled_back',
  );
  if (!event || !seen) throw new Error('the rollback left no event');
  return seen.at - Date.parse(event.at);
}

function figuresOf(how: string, times: readonly number[], note: string): Figure[] {
  const common = { bench: 'kubernetes', unit: 'ms', runs: times.length, note };
  const p95 = percentile(times, 0.95);
  return [
    {
      ...common,
      ...{
        figure: `decision_to_object_${how}_p50_ms`,
        value: percentile(times, 0.5),
        target: null,
        holds: null,
      },
    },
    {
      ...common,
      ...{
        figure: `decision_to_object_${how}_p95_ms`,
        value: p95,
        target: TARGET_MS,
        holds: p95 <= TARGET_MS,
      },
    },
    {
      ...common,
      ...{ figure: `decision_to_object_${how}_max_ms`, value: Math.max(...times), target: null, holds: null },
    },
  ];
}
