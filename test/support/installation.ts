import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, isReadableByAll } from '#libs/processes';
import { startApi, type TestApi } from './api.ts';
import { startProcess, type TestProcess } from './processes.ts';

const MODEL_SERVER_COMMAND = `"${process.execPath}" "${path.resolve('dist/examples/model-server/main.js')}" --artifact {artifact} --port {port} --model {model}`;

/** Where the checkout (or Node.js) is closed to others, model servers cannot have users of their own. */
const USERS: Record<string, string> = [
  path.resolve('dist/examples/model-server/main.js'),
  process.execPath,
].every(isReadableByAll)
  ? {}
  : { DEPLOYER_USERS: 'off' };

/** Api, worker and gateway as they are shipped, each a process that a test may kill and start again. */
export interface Installation {
  readonly api: TestApi;
  readonly gatewayUrl: string;
  /** Where the gateway's figures are, with models' names. */
  adminUrl(): string;
  readonly home: string;
  worker: TestProcess;
  gateway: TestProcess;
  /** @param more settings of its own, besides those of all */
  startWorker(more?: Record<string, string>): Promise<TestProcess>;
  startGateway(): Promise<TestProcess>;
  startApiAgain(): Promise<TestProcess>;
  close(): Promise<void>;
}

export async function startInstallation(env: Record<string, string> = {}): Promise<Installation> {
  const home = await mkdtemp(path.join(tmpdir(), 'understudy-home-'));
  const common = {
    UNDERSTUDY_HOME: home,
    DEPLOYER_COMMAND: MODEL_SERVER_COMMAND,
    SWEEP_MS: '300',
    ...USERS,
    ...env,
  };
  const apiPort = env['API_PORT'] ?? String(await freePort());
  const gatewayPort = String(await freePort());
  const api = await startApi({ ...common, API_PORT: apiPort });
  const token = await api.token('gateway');
  const startWorker = (more: Record<string, string> = {}) =>
    startProcess('apps/worker/src/main.js', {
      ...common,
      ...more,
      DATABASE_URL: api.databaseUrl,
      WORKER_PORT: '0',
    });
  const startGateway = () =>
    startProcess('apps/gateway/src/main.js', {
      ...common,
      API_URL: api.url,
      UNDERSTUDY_TOKEN: token,
      GATEWAY_PORT: gatewayPort,
      GATEWAY_ADMIN_PORT: '0',
      GATEWAY_ID: 'test-gateway',
    });
  let second: TestProcess | null = null;
  const installation: Installation = {
    api,
    gatewayUrl: `http://127.0.0.1:${gatewayPort}`,
    adminUrl: () => `http://127.0.0.1:${installation.gateway.adminPort}`,
    home,
    worker: await startWorker(),
    gateway: await startGateway(),
    startWorker,
    startGateway,
    startApiAgain: async () =>
      (second = await startProcess('apps/api/src/main.js', {
        ...common,
        API_PORT: apiPort,
        DATABASE_URL: api.databaseUrl,
      })),
    close: async () => {
      await installation.gateway.kill('SIGTERM');
      await installation.worker.kill('SIGTERM');
      await second?.kill('SIGTERM');
      await api.close();
      await rm(home, { recursive: true, force: true });
    },
  };
  return installation;
}

/** Asks until the answer is what is waited for; fails with the last answer when it takes too long. */
export async function eventually<T>(
  ask: () => Promise<T>,
  holds: (answer: T) => boolean,
  timeoutMs = 30_000,
): Promise<T> {
  let answer = await ask();
  for (const until = performance.now() + timeoutMs; !holds(answer); answer = await ask()) {
    if (performance.now() > until)
      throw new Error(`waited ${timeoutMs} ms in vain; last: ${JSON.stringify(answer)}`);
    await sleep(50);
  }
  return answer;
}

export interface CallerTally {
  readonly byVersion: Record<string, number>;
  readonly statuses: Record<string, number>;
}

/** A steady stream of callers until it is stopped; every request carries a unit of its own. */
export function startCallers(
  url: string,
  body: () => string,
  perSecond = 150,
): { tally: CallerTally; stop: () => Promise<CallerTally> } {
  const tally: CallerTally = { byVersion: {}, statuses: {} };
  const underWay = new Set<Promise<void>>();
  let n = 0;
  const ask = async (): Promise<void> => {
    const add = (record: Record<string, number>, key: string): void =>
      void (record[key] = (record[key] ?? 0) + 1);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-understudy-unit': `u${n++}` },
        body: body(),
      });
      await response.arrayBuffer();
      add(tally.statuses, String(response.status));
      add(tally.byVersion, response.headers.get('x-understudy-version') ?? 'none');
    } catch (error) {
      add(tally.statuses, (error as Error).message);
    }
  };
  const timer = setInterval(() => {
    for (let i = 0; i < perSecond / 50 && underWay.size < 40; i++) {
      const one = ask();
      underWay.add(one);
      void one.finally(() => underWay.delete(one));
    }
  }, 20);
  return {
    tally,
    stop: async () => {
      clearInterval(timer);
      await Promise.all(underWay);
      return tally;
    },
  };
}
