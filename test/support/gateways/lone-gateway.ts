import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '#libs/processes';
import type { Route } from '#libs/traffic';
import { RouteFile } from '#libs/data-plane';
import { startProcess, type TestProcess } from '../processes.ts';

/** A gateway as it is shipped, with routes from its disk and an api that is away unless `env` names one. */
export interface LoneGateway {
  readonly url: string;
  readonly port: number;
  readonly home: string;
  process: TestProcess;
  /** Starts it again on the same folder, once it has ended. */
  start(): Promise<TestProcess>;
  stop(): Promise<void>;
}

export async function startLoneGateway(
  routes: readonly Route[],
  env: Record<string, string> = {},
): Promise<LoneGateway> {
  const home = await mkdtemp(path.join(tmpdir(), 'understudy-gateway-'));
  const port = Number(env['GATEWAY_PORT'] ?? (await freePort()));
  // The processes of a machine have a file each.
  for (let slot = 1; slot <= Number(env['GATEWAY_PROCESSES'] ?? 1); slot++) {
    const file = `routes-${port}${slot > 1 ? `-${slot}` : ''}.json`;
    await new RouteFile(path.join(home, 'gateway', file)).write({
      routes,
      receiptKey: 'key-that-signs-receipts',
    });
  }
  const start = (): Promise<TestProcess> =>
    startProcess('apps/gateway/src/main.js', {
      UNDERSTUDY_HOME: home,
      API_URL: 'http://127.0.0.1:1',
      UNDERSTUDY_TOKEN: 'none',
      GATEWAY_PORT: String(port),
      GATEWAY_ADMIN_PORT: '0',
      LOG_LEVEL: 'error',
      ...env,
    });
  const gateway: LoneGateway = {
    url: `http://127.0.0.1:${port}`,
    port,
    home,
    process: await start(),
    start,
    stop: async () => {
      await gateway.process.kill('SIGTERM');
      await rm(home, { recursive: true, force: true });
    },
  };
  return gateway;
}

/** A route of a model that is not judged, unless the changes say otherwise. */
export const routeTo = (model: string, url: string, changes: Partial<Route> = {}): Route => ({
  model,
  primary: { version: 1, url },
  candidate: null,
  salt: 'salt',
  revision: 1,
  rolloutId: null,
  outputSpec: null,
  reading: null,
  ...changes,
});
