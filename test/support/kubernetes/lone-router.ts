import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startProcess, type TestProcess } from '../processes.ts';
import type { TestCluster } from './api-server.ts';

/** A Kubernetes router as it is shipped. */
export interface LoneRouter {
  readonly url: string;
  readonly process: TestProcess;
  /** What `/readyz` says. */
  says(): Promise<string>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** The rights of the guide for the user `router` of a test cluster. */
export async function giveRouterRights(cluster: TestCluster): Promise<void> {
  const rights = readFileSync('examples/kubernetes/rbac.yaml', 'utf8').replace(
    /- kind: ServiceAccount\n {4}name: understudy-router\n {4}namespace: understudy/,
    '- { kind: User, apiGroup: rbac.authorization.k8s.io, name: router }',
  );
  await cluster.apply(`apiVersion: v1\nkind: Namespace\nmetadata: { name: understudy }\n---\n${rights}`);
}

/** @param user whose rights it has in the cluster */
export async function startRouter(
  cluster: TestCluster,
  env: Record<string, string>,
  user = 'router',
): Promise<LoneRouter> {
  const home = await mkdtemp(path.join(tmpdir(), 'understudy-router-'));
  const started = await startProcess('apps/kubernetes/src/main.js', {
    ...{ UNDERSTUDY_HOME: home, ROUTER_PORT: '0', GATEWAY_ID: 'test-router', LOG_LEVEL: 'warn' },
    ...{ KUBERNETES_API_URL: cluster.url, KUBERNETES_CA_FILE: cluster.caFile },
    KUBERNETES_TOKEN_FILE: cluster.user(user).tokenFile,
    ...env,
  });
  const url = `http://127.0.0.1:${started.port}`;
  return {
    url,
    process: started,
    says: async () => (await fetch(`${url}/readyz`)).text(),
    stop: async (signal = 'SIGTERM') => {
      await started.kill(signal);
      await rm(home, { recursive: true, force: true });
    },
  };
}
