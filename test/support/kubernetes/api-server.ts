import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Agent, fetch } from 'undici';
import { parseAllDocuments } from 'yaml';
import { freePort } from '#libs/processes';
import type { Json } from '../api.ts';

// By its place in the checkout: benches run from dist, where there is nothing but what was TypeScript.
const place = pathToFileURL(path.resolve('test/support/kubernetes/api-server-place.mjs')).href;
const { API_SERVER, CRDS } = (await import(place)) as typeof import('./api-server-place.mjs');

const ETCD = ['/usr/bin', ...(process.env['PATH'] ?? '').split(':')]
  .map((folder) => path.join(folder, 'etcd'))
  .find((file) => existsSync(file));

/** Why there is no real API server here; `null`: there is. */
export const NO_API_SERVER = !ETCD
  ? 'etcd is not installed (apt-get install etcd-server)'
  : !existsSync(API_SERVER) || !existsSync(CRDS)
    ? 'kube-apiserver is not built (node test/support/kubernetes/build-api-server.mjs, with Go, builds it)'
    : null;
if (NO_API_SERVER !== null) process.stderr.write(`skipped: ${NO_API_SERVER}\n`);

const ADMIN = 'token-of-the-cluster-admin';

/** Who may ask a cluster: a token in a file, as a Pod has it. */
export interface ClusterUser {
  readonly name: string;
  readonly tokenFile: string;
}

/** A kube-apiserver as it is released, on an etcd of its own, with RBAC and the Gateway API's definitions. */
export interface TestCluster {
  readonly url: string;
  readonly caFile: string;
  /** As the cluster's admin. */
  call(method: string, path: string, body?: object, type?: string): Promise<{ status: number; body: Json }>;
  user(name: string): ClusterUser;
  /** Applies manifests, as `kubectl apply --server-side` does, by the given field manager. */
  apply(yaml: string, manager?: string): Promise<void>;
  /** Ends the API server at once; etcd stays. */
  kill(): Promise<void>;
  /** Starts it again where it was. */
  startAgain(): Promise<void>;
  close(): Promise<void>;
}

/** Plural names of what tests apply. */
const PLURALS: Readonly<Record<string, string>> = {
  Namespace: 'namespaces',
  Service: 'services',
  ServiceAccount: 'serviceaccounts',
  HTTPRoute: 'httproutes',
  GRPCRoute: 'grpcroutes',
  Gateway: 'gateways',
  GatewayClass: 'gatewayclasses',
  Role: 'roles',
  RoleBinding: 'rolebindings',
  ClusterRole: 'clusterroles',
  ClusterRoleBinding: 'clusterrolebindings',
  CustomResourceDefinition: 'customresourcedefinitions',
};

/** Where an object is in the API. */
function pathOf({ apiVersion, kind, metadata }: Json): string {
  const plural = PLURALS[kind];
  if (plural === undefined) throw new Error(`tests do not know where a ${kind} is`);
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const within = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`;
  return `${root}${within}/${plural}/${metadata.name}`;
}

const USERS = ['router', 'nobody'];

/** Starts it on free ports; ready some seconds later. */
export async function startCluster(): Promise<TestCluster> {
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-cluster-'));
  const [port, client, peer] = [await freePort(), await freePort(), await freePort()];
  const at = (name: string): string => path.join(folder, name);
  const logs = { etcd: '', api: '' };
  const run = (name: 'etcd' | 'api', file: string, options: readonly string[]): ChildProcess => {
    const child = spawn(file, options, { stdio: ['ignore', 'pipe', 'pipe'], cwd: folder });
    const keep = (chunk: Buffer): void => void (logs[name] = (logs[name] + chunk.toString()).slice(-20_000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    return child;
  };
  const etcd = run('etcd', ETCD ?? '', [
    ...['--data-dir', at('etcd'), '--name', 'one', '--unsafe-no-fsync', '--log-level', 'error'],
    ...['--listen-client-urls', `http://127.0.0.1:${client}`],
    ...['--advertise-client-urls', `http://127.0.0.1:${client}`],
    ...['--listen-peer-urls', `http://127.0.0.1:${peer}`],
    ...['--initial-advertise-peer-urls', `http://127.0.0.1:${peer}`],
    ...['--initial-cluster', `one=http://127.0.0.1:${peer}`],
  ]);
  execFileSync('openssl', ['genrsa', '-out', at('accounts.key'), '2048'], { stdio: 'ignore' });
  const rows = [`${ADMIN},admin,admin,"system:masters"`];
  for (const name of USERS) {
    rows.push(`token-of-${name},${name},${name}`);
    await writeFile(at(`${name}.token`), `token-of-${name}\n`);
  }
  await writeFile(at('tokens.csv'), `${rows.join('\n')}\n`);
  const startApi = (): ChildProcess =>
    run('api', API_SERVER, [
      ...['--bind-address', '127.0.0.1', '--secure-port', String(port), '--cert-dir', at('certificates')],
      ...['--etcd-servers', `http://127.0.0.1:${client}`, '--authorization-mode', 'RBAC'],
      ...['--token-auth-file', at('tokens.csv'), '--service-account-issuer', 'https://kubernetes.test'],
      ...['--service-account-key-file', at('accounts.key')],
      ...['--service-account-signing-key-file', at('accounts.key')],
      ...['--service-cluster-ip-range', '10.0.0.0/24', '--disable-admission-plugins', 'ServiceAccount'],
    ]);
  const url = `https://127.0.0.1:${port}`;
  const caFile = at('certificates/apiserver.crt');
  let api = startApi();
  let agent: Agent | null = null;
  const ask = async (method: string, to: string, body?: object, type = 'application/json') => {
    agent ??= new Agent({ connect: { ca: readFileSync(caFile, 'utf8') } });
    const answer = await fetch(`${url}${to}`, {
      ...{ method, dispatcher: agent },
      headers: { authorization: `Bearer ${ADMIN}`, ...(body && { 'content-type': type }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, text };
  };
  const call: TestCluster['call'] = async (method, to, body, type) => {
    const { status, text } = await ask(method, to, body, type);
    return { status, body: JSON.parse(text) as Json };
  };
  const ready = async (): Promise<void> => {
    for (let tries = 0; tries < 600; tries++) {
      if (api.exitCode !== null) break;
      const answer = existsSync(caFile) ? await ask('GET', '/readyz').catch(() => null) : null;
      if (answer?.status === 200) return;
      await sleep(100);
    }
    throw new Error(`the API server is not ready: ${logs.api}\n${logs.etcd}`);
  };
  const end = async (child: ChildProcess): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  const cluster: TestCluster = {
    ...{ url, caFile, call },
    user: (name) => ({ name, tokenFile: at(`${name}.token`) }),
    apply: async (yaml, manager = 'kubectl') => {
      for (const document of parseAllDocuments(yaml)) {
        const object = document.toJSON() as Json | null;
        if (object === null) continue;
        const query = `fieldManager=${manager}&force=true`;
        const answer = await call(
          'PATCH',
          `${pathOf(object)}?${query}`,
          object,
          'application/apply-patch+yaml',
        );
        if (answer.status >= 300) throw new Error(`not applied: ${JSON.stringify(answer.body)}`);
      }
    },
    kill: () => end(api),
    startAgain: async () => {
      api = startApi();
      await ready();
    },
    close: async () => {
      await agent?.destroy();
      await end(api);
      await end(etcd);
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    await ready();
    for (const file of readdirSync(CRDS)) await cluster.apply(readFileSync(path.join(CRDS, file), 'utf8'));
    await established(cluster);
  } catch (error) {
    await cluster.close();
    throw error;
  }
  return cluster;
}

/** Definitions are served a moment after they were taken. */
async function established(cluster: TestCluster): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const { status } = await cluster
      .call('GET', '/apis/gateway.networking.k8s.io/v1/httproutes')
      .catch(() => ({
        status: 0,
      }));
    if (status === 200) return;
    await sleep(100);
  }
  throw new Error('HTTPRoutes are not served');
}
