import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RouteFile } from '#libs/data-plane';
import type { Route } from '#libs/traffic';
import { startProcess, type TestProcess } from '../processes.ts';

/** An xDS server as it is shipped, with routes from its disk and an api that is away unless `env` names one. */
export interface LoneXds {
  readonly port: number;
  readonly adminUrl: string;
  readonly token: string;
  readonly process: TestProcess;
  readonly home: string;
  stop(): Promise<void>;
}

export async function startLoneXds(
  routes: readonly Route[],
  env: Record<string, string> = {},
): Promise<LoneXds> {
  const home = env['UNDERSTUDY_HOME'] ?? (await mkdtemp(path.join(tmpdir(), 'understudy-xds-')));
  if (routes.length > 0)
    await new RouteFile(path.join(home, 'xds', 'routes.json')).write({ routes, receiptKey: null });
  const token = env['UNDERSTUDY_TOKEN'] ?? 'token-of-the-xds-server';
  const started = await startProcess('apps/xds/src/main.js', {
    ...{ UNDERSTUDY_HOME: home, API_URL: 'http://127.0.0.1:1', UNDERSTUDY_TOKEN: token },
    ...{ XDS_PORT: '0', XDS_ADMIN_PORT: '0', GATEWAY_ID: 'test-xds', LOG_LEVEL: 'error' },
    ...env,
  });
  return {
    port: started.port,
    adminUrl: `http://127.0.0.1:${started.adminPort}`,
    token,
    process: started,
    home,
    stop: async () => {
      await started.kill('SIGTERM');
      await rm(home, { recursive: true, force: true });
    },
  };
}
