import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { CHART, hasHelm, type Manifest, objectsOf } from '../../scripts/helm/helm.ts';
import { type Cluster, serverDryRun } from '../../scripts/helm/server-dry-run.ts';
import { eventually } from '../support/installation.ts';
import { NO_API_SERVER, startCluster, type TestCluster } from '../support/kubernetes/api-server.ts';

/* Helm, built from its module, renders the chart; Kubernetes' own API server takes each object by server-side dry run. */

const FOLDER = path.join(CHART, 'ci');
const CASES = readdirSync(FOLDER).map((name) => path.join(FOLDER, name));
/** Of other projects; their definitions are not here. */
const OTHERS = /^ServiceMonitor\//;

if (!hasHelm) process.stderr.write('skipped: helm is not built (.ci/run builds it, with Go)\n');
const possible = hasHelm && NO_API_SERVER === null ? describe : describe.skip;

possible('the chart at a real API server', () => {
  let cluster: TestCluster;
  let admin: Cluster;

  beforeAll(async () => {
    cluster = await startCluster();
    // A namespace that says what of a workload the Pod security standard "restricted" would refuse.
    await cluster.apply(`
apiVersion: v1
kind: Namespace
metadata:
  name: ml
  labels: { pod-security.kubernetes.io/warn: restricted, pod-security.kubernetes.io/warn-version: v1.34 }
---
apiVersion: v1
kind: Namespace
metadata: { name: models }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: helm }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin }
subjects: [{ apiGroup: rbac.authorization.k8s.io, kind: User, name: nobody }]
`);
    const token = readFileSync(cluster.user('nobody').tokenFile, 'utf8').trim();
    admin = { url: cluster.url, token, ca: readFileSync(cluster.caFile, 'utf8') };
  }, 180_000);
  afterAll(() => cluster?.close());

  it.each(CASES)('%s: every object is taken, without a warning', async (file) => {
    const tried = await serverDryRun(admin, objectsOf({ values: [file] }));
    expect(tried.length).toBeGreaterThan(8);
    const [others, ours] = [true, false].map((is) =>
      tried.filter(({ object }) => OTHERS.test(object) === is),
    );
    expect(ours?.filter(({ status, warnings }) => status >= 300 || warnings.length > 0)).toEqual([]);
    expect(others?.filter(({ status }) => status !== 404)).toEqual([]);
  });

  it('would say what is misspelt, what is impossible, and what "restricted" refuses', async () => {
    const objects = objectsOf({ values: [path.join(FOLDER, 'minimal-values.yaml')] });
    const api = (): Manifest =>
      structuredClone(objects.find((one) => one.kind === 'Deployment' && one.metadata.name.endsWith('-api')));
    const [misspelt, impossible, root] = [api(), api(), api()];
    misspelt.spec.template.spec.containers[0].readynessProbe = {};
    impossible.spec.selector.matchLabels['app.kubernetes.io/component'] = 'worker';
    root.spec.template.spec.containers[0].securityContext.allowPrivilegeEscalation = true;
    const [one, two, three] = await serverDryRun(admin, [misspelt, impossible, root]);
    expect(one?.message).toContain('readynessProbe');
    expect(two?.message).toContain('selector');
    expect(three).toMatchObject({
      status: 201,
      warnings: [expect.stringContaining('allowPrivilegeEscalation')],
    });
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ['full', ['models'], ['httproutes', 'grpcroutes']],
    ['router', ['models', 'ml', 'kube-system'], ['httproutes']],
  ])('%s-values: the router may what it needs, and nothing else', async (name, namespaces, routes) => {
    const rights = objectsOf({ values: [path.join(FOLDER, `${name}-values.yaml`)] }).filter(
      ({ kind, metadata }) => /Role|ServiceAccount/.test(kind) && metadata.name.endsWith('-router'),
    );
    expect(rights).toHaveLength(3);
    await cluster.apply(rights.map((one) => stringify(one)).join('---\n'));
    const may = [...namespaces]
      .flatMap((namespace) => routes.map((route) => `${namespace} ${route}`))
      .flatMap((where) => ['get', 'list', 'watch', 'patch'].map((verb) => `${where} ${verb}`));
    await eventually(
      async () => (await rightsOfRouter(cluster)).sort(),
      (found) => JSON.stringify(found) === JSON.stringify(may.toSorted()),
    );
    for (const { apiVersion, kind, metadata } of rights) {
      const within = metadata.namespace ? `/namespaces/${metadata.namespace}` : '';
      const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
      const where = `${root}${within}/${kind.toLowerCase()}s/${metadata.name}`;
      expect((await cluster.call('DELETE', where)).status).toBe(200);
    }
  });

  it('stores nothing', async () => {
    const { body } = await cluster.call('GET', '/apis/apps/v1/namespaces/ml/deployments');
    expect(body).toMatchObject({ items: [] });
  });
});

const VERBS = ['get', 'list', 'watch', 'patch', 'create', 'update', 'delete', 'deletecollection'];
const RESOURCES = [
  ...['httproutes', 'grpcroutes', 'gateways', 'httproutes/status'].map((one) => [
    'gateway.networking.k8s.io',
    one,
  ]),
  ...['secrets', 'services', 'pods', 'configmaps', 'serviceaccounts'].map((one) => ['', one]),
  ...[
    ['apps', 'deployments'],
    ['rbac.authorization.k8s.io', 'roles'],
  ],
];

/** What the API server lets the account of the chart's router do: `namespace resource verb`. */
async function rightsOfRouter(cluster: TestCluster): Promise<string[]> {
  const asked = ['models', 'ml', 'kube-system'].flatMap((namespace) =>
    RESOURCES.flatMap(([group, resource]) => VERBS.map((verb) => ({ namespace, group, resource, verb }))),
  );
  const found: string[] = [];
  for (const { namespace, group, resource = '', verb } of asked) {
    const [name, subresource] = resource.split('/');
    const { body } = await cluster.call('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: {
        user: 'system:serviceaccount:ml:understudy-router',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:ml', 'system:authenticated'],
        resourceAttributes: { namespace, group, resource: name, subresource, verb },
      },
    });
    if (body['status'].allowed === true) found.push(`${namespace} ${resource} ${verb}`);
  }
  return found;
}
