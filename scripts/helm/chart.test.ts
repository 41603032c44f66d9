import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { CHART, hasHelm, HELM_VERSION, lint, type Manifest, objectsOf, template } from './helm.ts';
import { manifestMistakes, podOf } from './manifest-mistakes.ts';
import { valuesSchema } from './values-schema.ts';

const FOLDER = path.join(CHART, 'ci');
const CASES = readdirSync(FOLDER).map((name) => path.join(FOLDER, name));
const MINIMAL = path.join(FOLDER, 'minimal-values.yaml');
const FULL = path.join(FOLDER, 'full-values.yaml');

it('the schema of its values is that of libs/config (npm run schema writes it)', () => {
  const written: unknown = JSON.parse(readFileSync(path.join(CHART, 'values.schema.json'), 'utf8'));
  expect(written).toEqual(valuesSchema());
});

it('has the version of Understudy', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const chart = parse(readFileSync(path.join(CHART, 'Chart.yaml'), 'utf8')) as Manifest;
  expect([chart.version, chart.appVersion]).toEqual([version, version]);
});

it('is checked by the Helm that CI builds', () => {
  expect(readFileSync('.ci/run', 'utf8')).toContain(`helm.sh/helm/v4/cmd/helm@${HELM_VERSION}`);
});

// Built by .ci/run from its Go module; skipped, and counted so, where there is none.
const withHelm = hasHelm ? describe : describe.skip;

withHelm('the chart', () => {
  const containerOf = (objects: readonly Manifest[], name: string): Manifest =>
    objects.flatMap((one) => podOf(one)?.spec.containers ?? []).find((one: Manifest) => one.name === name);
  const envOf = (objects: readonly Manifest[], name: string): Readonly<Record<string, unknown>> =>
    Object.fromEntries(
      containerOf(objects, name).env.map((one: Manifest) => [one.name, one.value ?? one.valueFrom]),
    );

  it.each(CASES)('%s: lints, renders, and names nothing that is not there', (file) => {
    expect(lint({ values: [file] })).toMatchObject({ status: 0 });
    expect(manifestMistakes(objectsOf({ values: [file], release: 'blue' }))).toEqual([]);
  });

  let full: readonly Manifest[] | null = null;
  // What the case above would say: each of these is taken by Kubernetes without a word.
  const pod = (objects: readonly Manifest[], name: string): Manifest =>
    podOf(objects.find((one) => one.metadata.name === `understudy-${name}` && podOf(one))).spec;
  const first = (objects: readonly Manifest[], kind: string): Manifest =>
    objects.find((one) => one.kind === kind);
  it.each<[string, (objects: readonly Manifest[]) => unknown]>([
    ['may run as root', (all) => (pod(all, 'api').securityContext.runAsNonRoot = false)],
    ["may take our settings' names", (all) => delete pod(all, 'worker').enableServiceLinks],
    ['has a token of Kubernetes', (all) => delete pod(all, 'xds').automountServiceAccountToken],
    [
      'has a token of Kubernetes',
      (all) => (pod(all, 'router').serviceAccountName = pod(all, 'api').serviceAccountName),
    ],
    ['no token for them', (all) => (pod(all, 'router').automountServiceAccountToken = false)],
    ['names Role/x, which is not there', (all) => (first(all, 'RoleBinding').roleRef.name = 'x')],
    ['can write its root', (all) => delete pod(all, 'gateway').containers[0].securityContext],
    ['cannot write /tmp', (all) => pod(all, 'migrations').containers[0].volumeMounts.pop()],
    ['mounts tmp, which is not there', (all) => pod(all, 'migrations').volumes.pop()],
    ['asks port http, which', (all) => (pod(all, 'api').containers[0].ports[0].name = 'web')],
    ['leads to port http, which', (all) => (pod(all, 'api').containers[0].ports[0].name = 'web')],
    [
      'sets LOGLEVEL, which nothing reads',
      (all) => pod(all, 'api').containers[0].env.push({ name: 'LOGLEVEL' }),
    ],
    ['sets BIND twice', (all) => pod(all, 'api').containers[0].env.push({ name: 'BIND', value: '::' })],
    [
      'is refused at its start',
      (all) => pod(all, 'gateway').containers[0].env.push({ name: 'RATE_LIMIT', value: 'much' }),
    ],
    [
      'MLFLOW_TRACKING_TOKEN is in clear',
      (all) => pod(all, 'api').containers[0].env.push({ name: 'MLFLOW_TRACKING_TOKEN', value: 'x' }),
    ],
    ['selects no pods', (all) => (first(all, 'PodDisruptionBudget').spec.selector.matchLabels.x = 'y')],
    ['selects no pods', (all) => (first(all, 'NetworkPolicy').spec.podSelector.matchLabels.x = 'y')],
    [
      'which is not there',
      (all) => (first(all, 'HorizontalPodAutoscaler').spec.scaleTargetRef.kind = 'Deployment'),
    ],
    ['names Service/x, which is not there', (all) => (first(all, 'StatefulSet').spec.serviceName = 'x')],
    ['or not its port', (all) => (first(all, 'ServiceMonitor').spec.endpoints[0].port = 'http')],
    [
      'which is not there',
      (all) => (first(all, 'Ingress').spec.rules[0].http.paths[0].backend.service.port.number = 1),
    ],
  ])('would say: %s', (words, spoil) => {
    full ??= objectsOf({ values: [FULL] });
    const objects = structuredClone(full);
    expect(manifestMistakes(objects)).toEqual([]);
    spoil(objects);
    expect(manifestMistakes(objects).join('\n')).toContain(words);
  });

  it('is refused with all that is missing, when nothing is said', () => {
    const { status, output } = template({});
    expect(status).not.toBe(0);
    for (const missing of ['image.repository', 'database.exist', 'secretsKey.exist', 'tokens.exist'])
      expect(output).toContain(missing);
    expect(output).toContain('artifacts: choose where uploaded artifacts are');
  });

  it.each([
    ['artifacts.size="1Gi"', 'artifacts: existingClaim, size and ephemeral exclude each other. Keep one.'],
    [
      'artifacts={"ephemeral":false,"size":"1Gi","accessMode":"ReadWriteOnce"}',
      'artifacts.accessMode ReadWriteOnce is for one node or pod',
    ],
    ['settings.DATABASE_URL="postgres://x"', 'settings.DATABASE_URL: the chart sets it (database).'],
    ['api.settings.JUDGE_API_KEY="x"', 'api.settings.JUDGE_API_KEY is a secret.'],
    ['worker.settings.PROMETHEUS_URL="http://a:b@c"', 'worker.settings.PROMETHEUS_URL holds a password.'],
    ['worker.settings.DEPLOYER_COMMAND="mlflow"', "listen on its own pod's loopback"],
    ['worker.extraEnv=[{"name":"BIND","value":"::"}]', 'worker.extraEnv.BIND: the chart sets it'],
    ['gateway.secretSettings.UNDERSTUDY_TOKEN={"name":"a","key":"b"}', 'the chart sets it (tokens).'],
    ['settings.EXPORT_EVENTS_TO="s3://x"', 'only `npm start` exports by itself'],
    [
      'gateway.autoscaling={"enabled":true,"minReplicas":9,"maxReplicas":3}',
      'gateway.autoscaling: minReplicas 9 is more than maxReplicas 3.',
    ],
    [
      'gateway={"autoscaling":{"enabled":true},"resources":{"requests":null}}',
      'gateway.resources.requests.cpu is not set',
    ],
    ['api.ingress.enabled=true', 'api.ingress.host is empty.'],
    ['settings.KUBERNETES_NAMESPACE="models"', 'the chart sets it (router.namespace).'],
    ['router={"enabled":true,"kinds":[]}', 'router.kinds is empty'],
    ['router={"enabled":true,"rbac":{"create":false}}', 'router.rbac.serviceAccountName is empty'],
    ['router.kinds=["TCPRoute"]', '/router/kinds/0'],
    ['modelServers.networks=["0.0.0.0/0"]', '0.0.0.0/0 is a network of all addresses.'],
    // By the schema:
    ['settings.UPSTREAM_TIMEOUT=1', 'UPSTREAM_TIMEOUT'],
    ['gatway={}', 'gatway'],
    ['api.replicas="two"', '/api/replicas'],
    ['modelServers.networks=["models.example"]', '/modelServers/networks/0'],
  ])('refuses %s in words', (set, words) => {
    const { status, output } = template({ values: [MINIMAL], set: [set] });
    expect(status).not.toBe(0);
    expect(output.replaceAll(/\s+/g, ' ')).toContain(words);
  });

  it.each([
    ['argo-cd.yaml', (all: readonly Manifest[]) => all[0].spec.source.helm.valuesObject, 'Application'],
    ['flux.yaml', (all: readonly Manifest[]) => all[1].spec.values, 'GitRepository HelmRelease'],
  ])('examples/kubernetes/gitops/%s: its values make objects in order', async (name, valuesOf, kinds) => {
    const documents = parseAllDocuments(
      readFileSync(path.join('examples/kubernetes/gitops', name), 'utf8'),
    ).map((one) => one.toJS() as Manifest);
    expect(documents.map(({ kind }) => kind).join(' ')).toBe(kinds);
    expect(JSON.stringify(documents)).toContain(`"${CHART}"`);
    const folder = await mkdtemp(path.join(tmpdir(), 'understudy-values-'));
    const file = path.join(folder, 'values.json');
    await writeFile(file, JSON.stringify(valuesOf(documents)));
    expect(manifestMistakes(objectsOf({ values: [file] }))).toEqual([]);
    await rm(folder, { recursive: true });
  });

  it('writes large numbers as they are, and a process’ own setting before that of all', () => {
    const set = ['settings.LOG_LEVEL="warn"', 'worker.settings.LOG_LEVEL="debug"'];
    const objects = objectsOf({ values: [FULL], set });
    expect(envOf(objects, 'api')).toMatchObject({
      MAX_ARTIFACT_BYTES: '17179869184',
      OTEL_TRACES_SAMPLER_ARG: '0.01',
      LOG_LEVEL: 'warn',
    });
    expect(envOf(objects, 'worker')).toMatchObject({ LOG_LEVEL: 'debug' });
  });

  it('gives a gateway neither the database nor the key of stored secrets', () => {
    const objects = objectsOf({ values: [FULL] });
    for (const name of ['gateway', 'xds'])
      for (const secret of ['DATABASE_URL', 'REDIS_URL', 'SECRETS_KEY'])
        expect(Object.keys(envOf(objects, name))).not.toContain(secret);
  });

  it('gives the router a token of its own, and no other process any right in the cluster', () => {
    const objects = objectsOf({ values: [FULL] });
    const tokenOf = (name: string): unknown => envOf(objects, name)['UNDERSTUDY_TOKEN'];
    expect(tokenOf('router')).toMatchObject({ secretKeyRef: { key: 'UNDERSTUDY_ROUTER_TOKEN' } });
    expect(tokenOf('gateway')).toMatchObject({ secretKeyRef: { key: 'UNDERSTUDY_TOKEN' } });
    expect(envOf(objects, 'migrations')).toHaveProperty('UNDERSTUDY_ROUTER_TOKEN');
    for (const secret of ['DATABASE_URL', 'REDIS_URL', 'SECRETS_KEY'])
      expect(envOf(objects, 'router')).not.toHaveProperty(secret);
    // Without it there is nothing that Kubernetes would have to allow.
    const kinds = objectsOf({ values: [MINIMAL] }).map(({ kind }) => kind);
    expect(kinds.filter((kind) => /Role/.test(kind))).toEqual([]);
  });

  it('migrates before install and upgrade, and not at a roll-back', () => {
    const job = objectsOf({ values: [MINIMAL] }).find(({ kind }) => kind === 'Job');
    expect(job.metadata.annotations['helm.sh/hook']).toBe('pre-install,pre-upgrade');
    // Nothing that the chart makes is there yet.
    expect(podOf(job).spec.serviceAccountName).toBe('default');
  });
});
