import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from '../support/api.ts';
import { ENVOY } from '../support/gateways/envoy.ts';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { NO_API_SERVER, startCluster, type TestCluster } from '../support/kubernetes/api-server.ts';
import { type EnvoyPlane, startEnvoyPlane } from '../support/kubernetes/envoy-plane.ts';
import { GatewayController } from '../support/kubernetes/gateway-controller.ts';
import { giveRouterRights, type LoneRouter, startRouter } from '../support/kubernetes/lone-router.ts';
import { type Met, startPlaneCallers } from '../support/kubernetes/plane-callers.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import type { TestProcess } from '../support/processes.ts';
import { HAS_PROMETHEUS, startPrometheus, type TestPrometheus } from '../support/outside/prometheus.ts';

/* Nothing is played here: api, worker, router, kube-apiserver, the Envoy that follows the HTTPRoute, and the Prometheus that asks Envoy. */

const HOST = 'digits.example.com';
const ROUTE = '/apis/gateway.networking.k8s.io/v1/namespaces/models/httproutes/digits';
const LONG = 240_000;
const isPossible = NO_API_SERVER === null && ENVOY !== undefined && HAS_PROMETHEUS;

let cluster: TestCluster;
let plane: EnvoyPlane;
let controller: GatewayController;
let prometheus: TestPrometheus;
let site: Installation;
/** They race, as workers do. */
let routers: LoneRouter[] = [];
let secondWorker: TestProcess;
/** Of which none goes on when a test fails. */
const ofTests: { stop(): Promise<unknown> }[] = [];
/** By version; the third fails every request. */
let servers: TestModelServer[] = [];

const requests = (rest: string): string =>
  `sum(rate(envoy_cluster_upstream_rq_xx{envoy_cluster_name="digits-v{{version}}"${rest}}[5s]))`;
const policy = {
  name: 'by-prometheus',
  steps: [
    { shadow: { sample: '100%', minRequests: 0, minDuration: '3s', maxDuration: '1h' } },
    { canary: { weight: '10%', minRequests: 0, minDuration: '10s', maxDuration: '1h' } },
    { canary: { weight: '50%', minRequests: 0, minDuration: '5s', maxDuration: '1h' } },
  ],
  gates: [
    {
      ...{ name: 'errors', metric: 'prometheus', max: 0.05, interval: '1s', in: ['shadow', 'canary'] },
      query: `(${requests(',envoy_response_code_class="5"')} or vector(0)) / ${requests('')}`,
    },
  ],
};
const canaryOnly = { ...policy, steps: policy.steps.slice(1) };

const startCallers = (): ReturnType<typeof startPlaneCallers> => {
  const started = startPlaneCallers(plane, HOST);
  ofTests.push(started);
  return started;
};
const register = async (version: number, using: object): Promise<string> => {
  const body = { servingUrl: servers[version - 1]?.url, createModel: true, rollout: { policy: using } };
  const answer = await site.api.call('POST', '/models/digits/versions', body);
  expect(answer.body).toMatchObject({ version });
  return answer.body['rollout'].id;
};
const rollout = async (id: string): Promise<Json> => (await site.api.call('GET', `/rollouts/${id}`)).body;
const events = async (id: string): Promise<string> =>
  JSON.stringify((await site.api.call('GET', `/rollouts/${id}/events`)).body);
const envoyHas = (weights: Record<string, number>) =>
  eventually(
    () => Promise.resolve(plane.weights()),
    (seen) => JSON.stringify(seen) === JSON.stringify(weights),
    60_000,
  );
const ended = (id: string) =>
  eventually(
    () => rollout(id),
    ({ state }) => !['running', 'pending'].includes(state),
    120_000,
  );

/** Is a count of `n` tosses possible? False once in a million where it is. */
function isShare(count: number, n: number, share: number): boolean {
  return Math.abs(count - n * share) <= 5 * Math.sqrt(n * share * (1 - share));
}
/** The callers who came while Envoy had the weights of a step, and how many of them met the version on trial. */
function stepOf({ byWeights }: Met, weights: Record<string, number>, version: number): [number, number] {
  const tally = byWeights.get(JSON.stringify(weights)) ?? {};
  return [tally[version] ?? 0, Object.values(tally).reduce((sum, one) => sum + one, 0)];
}

(isPossible ? describe : describe.skip)('callers of a real Envoy that follows the HTTPRoute', () => {
  beforeAll(async () => {
    servers = await Promise.all(
      [1, 2, 3, 4].map((version) =>
        startModelServer((_, __, response) => {
          response.setHeader('x-version', version);
          json(response, { version }, version === 3 ? 500 : 200);
        }),
      ),
    );
    const services = new Map(servers.map(({ url }, i) => [`digits-v${i + 1}`, url]));
    [cluster, plane] = await Promise.all([startCluster(), startEnvoyPlane(services)]);
    await cluster.apply(readFileSync('examples/kubernetes/model.yaml', 'utf8'));
    await giveRouterRights(cluster);
    controller = new GatewayController(cluster, plane);
    prometheus = await startPrometheus(plane.adminHost, '/stats/prometheus');
    site = await startInstallation({ PROMETHEUS_URL: prometheus.url });
    await site.gateway.kill('SIGTERM');
    secondWorker = await site.startWorker();
    const env = { API_URL: site.api.url, KUBERNETES_NAMESPACE: 'models' };
    routers = await Promise.all(
      ['one', 'other'].map(async (name) =>
        startRouter(cluster, {
          ...env,
          ...{ UNDERSTUDY_TOKEN: await site.api.token('gateway', 'operate'), GATEWAY_ID: name },
        }),
      ),
    );
    await register(1, policy);
    await eventually(
      async () => (await site.api.call('GET', '/models/digits')).body,
      (model) => model['primary'] === 1,
    );
    await envoyHas({ 'digits-v1': 1 });
  }, 180_000);
  afterAll(async () => {
    for (const one of ofTests) await one.stop();
    for (const router of routers) await router.stop('SIGKILL');
    await secondWorker?.kill('SIGKILL');
    await controller?.stop();
    await site?.close();
    await prometheus?.stop();
    await plane?.stop();
    await cluster?.close();
    for (const server of servers) await server.stop();
  });

  it(
    'a good version gets copies, 10 %, 50 % and then all of them, and nobody goes without an answer',
    async () => {
      const callers = startCallers();
      const id = await register(2, policy);
      await eventually(
        () => Promise.resolve(servers[1]?.hits() ?? 0),
        (hits) => hits > 100,
      );
      expect((await rollout(id))['step'].index).toBe(0);
      expect(await ended(id)).toMatchObject({ state: 'succeeded' });
      await envoyHas({ 'digits-v2': 1 });
      await sleep(500);
      const met = await callers.stop();
      expect(Object.keys(met.statuses)).toEqual(['200']);
      const [copied] = stepOf(met, { 'digits-v1': 1 }, 2);
      const [tenth, ofTenth] = stepOf(met, { 'digits-v1': 9_000, 'digits-v2': 1_000 }, 2);
      const [half, ofHalf] = stepOf(met, { 'digits-v1': 5_000, 'digits-v2': 5_000 }, 2);
      const [all, ofAll] = stepOf(met, { 'digits-v2': 1 }, 2);
      process.stderr.write(
        `callers of v2: ${JSON.stringify({ copied, tenth, ofTenth, half, ofHalf, all })}\n`,
      );
      expect(copied).toBe(0);
      expect([isShare(tenth, ofTenth, 0.1), isShare(half, ofHalf, 0.5)]).toEqual([true, true]);
      expect([ofTenth > 200, ofHalf > 100, ofAll > 0, all === ofAll]).toEqual([true, true, true, true]);
    },
    LONG,
  );

  it(
    'one that fails is rolled back by what Prometheus says of Envoy, and gets nobody from then on',
    async () => {
      const callers = startCallers();
      const id = await register(3, canaryOnly);
      expect(await ended(id)).toMatchObject({ state: 'rolled_back' });
      await envoyHas({ 'digits-v2': 1 });
      const hits = servers[2]?.hits() ?? 0;
      await sleep(1_000);
      const met = await callers.stop();
      expect(await events(id)).toMatch(/errors/);
      expect(servers[2]?.hits()).toBe(hits);
      const failed = met.statuses['500'] ?? 0;
      const [onTrial, all] = stepOf(met, { 'digits-v2': 9_000, 'digits-v3': 1_000 }, 3);
      process.stderr.write(`callers of v3: ${JSON.stringify({ failed, onTrial, all })}\n`);
      expect(failed).toBeGreaterThan(0);
      expect(isShare(onTrial, all, 0.1)).toBe(true);
      expect(stepOf(met, { 'digits-v2': 5_000, 'digits-v3': 5_000 }, 3)).toEqual([0, 0]);
    },
    LONG,
  );

  it(
    'the API server is killed for 30 s while it moves: Envoy serves on, the step waits, and then it goes on to its end',
    async () => {
      const callers = startCallers();
      const id = await register(4, canaryOnly);
      const trial = { 'digits-v2': 9_000, 'digits-v4': 1_000 };
      await envoyHas(trial);
      await eventually(
        () => rollout(id),
        (seen) => seen['step'].startedAt !== null,
      );
      await cluster.kill();
      // Longer than the step's least duration, with a source that says that all is well.
      await sleep(30_000);
      expect(await rollout(id)).toMatchObject({ state: 'running', step: { index: 0 } });
      expect(await events(id)).toContain('rollout.clock_stopped');
      expect(plane.weights()).toEqual(trial);
      await cluster.startAgain();
      expect(await ended(id)).toMatchObject({ state: 'succeeded' });
      await envoyHas({ 'digits-v4': 1 });
      const met = await callers.stop();
      expect(Object.keys(met.statuses)).toEqual(['200']);
      const [count, all] = stepOf(met, trial, 4);
      process.stderr.write(`callers of v4 at 10 %: ${count} of ${all}\n`);
      expect(isShare(count, all, 0.1)).toBe(true);
      const weights = (await cluster.call('GET', ROUTE)).body['spec'].rules[0].backendRefs;
      expect(weights.map(({ name }: Json) => name)).toEqual(['digits-v4']);
    },
    LONG,
  );

  it('two routers and two workers did all this, and none took another for somebody else', async () => {
    for (const router of routers) {
      const figures = await (await fetch(`${router.url}/metrics`)).text();
      expect(figures).toContain('understudy_router_foreign_edits_total 0');
      expect(figures).toContain('understudy_router_models{standing="serves"} 1');
    }
    expect([secondWorker.child.exitCode, site.worker.child.exitCode]).toEqual([null, null]);
  });
});
