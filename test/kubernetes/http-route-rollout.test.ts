import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from '../support/api.ts';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { NO_API_SERVER, startCluster, type TestCluster } from '../support/kubernetes/api-server.ts';
import { GatewayController } from '../support/kubernetes/gateway-controller.ts';
import { giveRouterRights, type LoneRouter, startRouter } from '../support/kubernetes/lone-router.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/* Real api, worker, router and API server. Callers come by HTTPRoutes only: the built-in gateway is ended. */

const MERGE = 'application/merge-patch+json';
const ROLE = '/apis/rbac.authorization.k8s.io/v1/namespaces/models/roles/understudy-router';
const RULE = { apiGroups: ['gateway.networking.k8s.io'], resources: ['httproutes'] };
const ROUTE = '/apis/gateway.networking.k8s.io/v1/namespaces/models/httproutes/digits';

/** Processes start anew within them. */
const LONG = 150_000;

let cluster: TestCluster;
let controller: GatewayController;
let site: Installation;
let router: LoneRouter;
let servers: TestModelServer[] = [];
const routers: LoneRouter[] = [];

const policy = () => ({
  name: 'by-a-source',
  steps: ['10%', '50%'].map((weight) => ({
    canary: { weight, minRequests: 0, minDuration: '1s', maxDuration: '1h' },
  })),
  gates: [{ metric: 'http', name: 'verdict', url: `${servers[2]?.url ?? ''}/verdict`, interval: '1s' }],
});
const register = async (of: number, rollout: unknown): Promise<Json> => {
  const body = { servingUrl: servers[of]?.url, createModel: true, rollout };
  const answer = await site.api.call('POST', '/models/digits/versions', body);
  expect(answer.body).toMatchObject({ version: expect.any(Number) });
  return answer.body;
};
const route = async (): Promise<Json> => (await cluster.call('GET', ROUTE)).body;
const weightsOf = (object: Json): Record<string, number> =>
  Object.fromEntries(
    (object['spec']?.rules[0].backendRefs ?? []).map(({ name, weight = 1 }: Json) => [name, weight]),
  );
const weights = async () => weightsOf(await route());
const rollout = async (id: string): Promise<Json> => (await site.api.call('GET', `/rollouts/${id}`)).body;
const passes = (seen: Record<string, number>, wanted: Record<string, number>): boolean =>
  JSON.stringify(seen) === JSON.stringify(wanted);
const hasWeights = (wanted: Record<string, number>) => eventually(weights, (seen) => passes(seen, wanted));
const byHand = () => ({
  ...policy(),
  steps: [{ canary: { weight: '10%', minRequests: 0, minDuration: '30m', maxDuration: '1h' } }],
});
const events = async (id: string): Promise<string> =>
  JSON.stringify((await site.api.call('GET', `/rollouts/${id}/events`)).body);
const isPaused = async (id: string, because: RegExp): Promise<void> => {
  const seen = await eventually(
    () => rollout(id),
    ({ state }) => state === 'paused',
  );
  expect((await events(id)) + JSON.stringify(seen)).toMatch(because);
};
const example = (name: string): string => readFileSync(`examples/kubernetes/${name}.yaml`, 'utf8');
/** Back to the first version, whatever is under way. */
const rollback = async (): Promise<void> => {
  const { status, body } = await site.api.call('POST', '/models/digits/rollback', { reason: 'enough' });
  expect({ status, body }).toMatchObject({ status: 200 });
  await hasWeights({ 'digits-v1': 1 });
};
/** So many basis points of the callers at a version. */
const onTrial = (version: number, weight: number) =>
  hasWeights({ 'digits-v1': 10_000 - weight, [`digits-v${version}`]: weight });

(NO_API_SERVER === null ? describe : describe.skip)('a rollout by HTTPRoute weights', () => {
  beforeAll(async () => {
    cluster = await startCluster();
    await cluster.apply(example('model'));
    await giveRouterRights(cluster);
    controller = new GatewayController(cluster);
    site = await startInstallation();
    await site.gateway.kill('SIGTERM');
    servers = await Promise.all(
      ['one', 'two', 'verdict'].map((name) =>
        startModelServer((_, __, response) =>
          json(response, { name, verdict: 'pass', because: 'it says so' }),
        ),
      ),
    );
    router = await another();
    await register(0, { policy: policy() });
    await eventually(
      async () => (await site.api.call('GET', '/models/digits')).body,
      (model) => model['primary'] === 1,
    );
  }, 180_000);
  afterAll(async () => {
    for (const one of routers) await one.stop('SIGKILL');
    await controller?.stop();
    await site?.close();
    await cluster?.close();
    for (const server of servers) await server.stop();
  });

  it(
    'goes from 10 % to 50 % to everybody, step by step as the gateways have it, and back again',
    async () => {
      controller.silentOn.add('models/digits');
      const { version, rollout: started } = await register(1, { policy: policy() });
      await onTrial(version, 1_000);
      // The controller has said nothing of this generation: the clock of the step does not run.
      await eventually(
        () => router.says(),
        (text) => text.includes('has not said Accepted and ResolvedRefs of generation'),
      );
      expect((await rollout(started.id))['step'].startedAt).toBeNull();
      controller.silentOn.clear();
      await onTrial(version, 5_000);
      await hasWeights({ [`digits-v${version}`]: 1 });
      await rollback();
      // Everything else of the object is its owner's.
      const { metadata, spec } = await route();
      expect(spec.hostnames).toEqual(['digits.example.com']);
      const owners = metadata.managedFields.filter(({ fieldsV1 }: Json) => fieldsV1['f:spec']?.['f:rules']);
      expect(owners.map(({ manager }: Json) => manager)).toEqual(['understudy']);
    },
    LONG,
  );

  it(
    'takes back what others write into its rule, and says who it was; other rules are theirs',
    async () => {
      await hasWeights({ 'digits-v1': 1 });
      const docs = {
        matches: [{ path: { type: 'PathPrefix', value: '/docs' } }],
        backendRefs: [{ name: 'docs', port: 80 }],
      };
      const theirs = { name: 'predict', backendRefs: [{ name: 'digits-v2', port: 8080 }] };
      await cluster.call(
        'PATCH',
        `${ROUTE}?fieldManager=argocd`,
        {
          metadata: { annotations: { 'understudy.dev/rule': 'predict' } },
          spec: { rules: [theirs, docs] },
        },
        MERGE,
      );
      await hasWeights({ 'digits-v1': 1 });
      expect((await route())['spec'].rules[1]).toMatchObject(docs);
      expect(router.process.output()).toContain('argocd has changed');
      const metrics = await (await fetch(`${router.url}/metrics`)).text();
      expect(metrics).toMatch(/understudy_router_foreign_edits_total [1-9]/);
    },
    LONG,
  );

  it(
    'while the API server is away nothing moves, and all goes on from where it is once it is back',
    async () => {
      const { version, rollout: started } = await register(1, { policy: byHand() });
      await onTrial(version, 1_000);
      await eventually(
        () => rollout(started.id),
        (seen) => seen['step'].startedAt !== null,
      );
      await cluster.kill();
      await eventually(
        () => router.says(),
        (text) => text.includes('does not answer'),
      );
      // Nobody says by which routes is served: the clock of the step stands still.
      await eventually(
        () => events(started.id),
        (text) => text.includes('rollout.clock_stopped'),
      );
      await site.api.call('POST', '/models/digits/rollback', { reason: 'enough' });
      await cluster.startAgain();
      await hasWeights({ 'digits-v1': 1 });
    },
    LONG,
  );

  it(
    'a Service that is not there, and a route that is deleted, pause the rollout in words',
    async () => {
      controller.silentOn.add('models/digits');
      const { version: missing, rollout: first } = await register(1, { policy: byHand() });
      controller.missingServices.add(`digits-v${missing}`);
      controller.silentOn.clear();
      await isPaused(first.id, /ResolvedRefs=False, BackendNotFound: Service digits-v\d was not found/);
      controller.missingServices.clear();
      await rollback();
      const { version, rollout: second } = await register(1, { policy: byHand() });
      await onTrial(version, 1_000);
      await cluster.call('DELETE', ROUTE);
      await isPaused(second.id, /HTTPRoute models\/digits was deleted/);
      // It is not made again by us. Its owner does, and it is brought to what is wanted by then.
      expect((await cluster.call('GET', ROUTE)).status).toBe(404);
      await site.api.call('POST', '/models/digits/rollback', { reason: 'enough' });
      await cluster.apply(example('model'));
      await hasWeights({ 'digits-v1': 1 });
      await eventually(
        async () => (await route())['metadata'].annotations,
        (annotations) => 'understudy.dev/written' in annotations,
      );
    },
    LONG,
  );

  it(
    'rights that are missing are said in words, and pause the rollout',
    async () => {
      await router.stop();
      await cluster.call('PATCH', ROLE, { rules: [{ ...RULE, verbs: ['get', 'list', 'watch'] }] }, MERGE);
      router = await another();
      const { version, rollout: started } = await register(1, { policy: byHand() });
      await isPaused(started.id, /answers 403: .*cannot patch resource .*httproutes.*rbac\.yaml/);
      expect(await weights()).toEqual({ 'digits-v1': 1 });
      await cluster.call(
        'PATCH',
        ROLE,
        { rules: [{ ...RULE, verbs: ['get', 'list', 'watch', 'patch'] }] },
        MERGE,
      );
      await onTrial(version, 1_000);
      await rollback();
    },
    LONG,
  );

  it(
    'two routers write the same, and one that is killed is missed by nobody',
    async () => {
      const second = await another({ GATEWAY_ID: 'second-router' });
      const { version, rollout: started } = await register(1, { policy: policy() });
      await onTrial(version, 1_000);
      await router.stop('SIGKILL');
      await hasWeights({ [`digits-v${version}`]: 1 });
      router = second;
      expect((await rollout(started.id))['state']).toMatch(/succeeded|baking/);
      await rollback();
      const metrics = await (await fetch(`${router.url}/metrics`)).text();
      expect(metrics).toContain('understudy_router_foreign_edits_total 0');
    },
    LONG,
  );

  it(
    'a GRPCRoute of the model goes with its HTTPRoute, once the router is told of the kind and has its rights',
    async () => {
      await cluster.apply(GRPC_ROUTE);
      await router.stop();
      router = await another({ KUBERNETES_KINDS: 'HTTPRoute,GRPCRoute' });
      const { version, rollout: started } = await register(1, { policy: byHand() });
      // Not of one kind only: who carries the model is not known.
      await eventually(
        () => router.says(),
        (text) => /answers 403: .*cannot list resource .*grpcroutes.*rbac\.yaml/.test(text),
      );
      const grpcRule = { ...RULE, resources: ['httproutes', 'grpcroutes'] };
      const verbs = ['get', 'list', 'watch', 'patch'];
      await cluster.call('PATCH', ROLE, { rules: [{ ...grpcRule, verbs }] }, MERGE);
      await onTrial(version, 1_000);
      const grpcRoute = async (): Promise<Json> =>
        (await cluster.call('GET', ROUTE.replace('httproutes', 'grpcroutes'))).body;
      await eventually(
        async () => weightsOf(await grpcRoute()),
        (seen) => passes(seen, { 'digits-v1': 9_000, [`digits-v${version}`]: 1_000 }),
      );
      expect((await grpcRoute())['spec'].rules[0].matches).toEqual([
        { method: { type: 'Exact', service: 'digits.Predictor' } },
      ]);
      // Both must be said to be served by before the step's clock runs.
      await eventually(
        () => rollout(started.id),
        (seen) => seen['step'].startedAt !== null,
      );
      controller.silentOn.add('models/digits');
      await rollback();
      await eventually(
        () => router.says(),
        (text) => /(GRPC|HTTP)Route models\/digits: its parent front has not said/.test(text),
      );
      controller.silentOn.clear();
      await cluster.call('DELETE', ROUTE.replace('httproutes', 'grpcroutes'));
    },
    LONG,
  );
});

const GRPC_ROUTE = `
apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata:
  name: digits
  namespace: models
  labels: { understudy.dev/model: digits }
  annotations: { understudy.dev/service: 'digits-v{version}:9000' }
spec:
  parentRefs: [{ name: front }]
  rules: [{ matches: [{ method: { service: digits.Predictor } }], backendRefs: [{ name: digits-v1, port: 9000 }] }]
`;

/** Of which nothing is left when the tests end. */
const another = async (env: Record<string, string> = {}): Promise<LoneRouter> => {
  const started = await startRouter(cluster, { ...(await routerEnv()), ...env });
  routers.push(started);
  return started;
};
const routerEnv = async (): Promise<Record<string, string>> => ({
  API_URL: site.api.url,
  UNDERSTUDY_TOKEN: await site.api.token('gateway', 'operate'),
  KUBERNETES_NAMESPACE: 'models',
});
