import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { envoyBootstrap } from '#libs/envoy-config';
import { freePort } from '#libs/processes';

const installed = (lib: string): string[] =>
  existsSync(lib)
    ? readdirSync(lib).map((python) => path.join(lib, python, 'site-packages/envoy/_bin/envoy'))
    : [];

/** Envoy as PyPI has it (`.ci/run` installs it where Python is); `undefined`: it is not installed. */
export const ENVOY = [
  ...installed(path.resolve('.cache/envoy/lib')),
  ...(process.env['PATH'] ?? '').split(':').map((at) => path.join(at, 'envoy')),
].find((file) => existsSync(file));
if (ENVOY === undefined)
  process.stderr.write('skipped: Envoy is not installed (.ci/run installs it where Python is)\n');

/** A real Envoy that has nothing but a bootstrap. */
export interface TestEnvoy {
  readonly url: string;
  readonly pid: number;
  readonly adminUrl: string;
  /** What it wrote. */
  log(): string;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** Where an Envoy takes callers and is administrated. */
export interface EnvoyPorts {
  readonly callers: number;
  readonly admin: number;
}

/**
 * @param ports left out: free ones
 * @param options `more`: the end of its bootstrap
 */
export function startEnvoy(
  xds: { readonly port: number; readonly token: string },
  node: string,
  ports?: EnvoyPorts,
  { more = '', workers }: { readonly more?: string | undefined; readonly workers?: number } = {},
): Promise<TestEnvoy> {
  const bootstrap = ({ callers, admin }: EnvoyPorts): string =>
    envoyBootstrap({
      ...{ node, host: '127.0.0.1', port: xds.port, token: xds.token, adminPort: admin },
      listen: `127.0.0.1:${callers}`,
    }) + more;
  return startEnvoyBy(bootstrap, { ports, workers });
}

/** An Envoy by any bootstrap. */
export async function startEnvoyBy(
  bootstrap: (ports: EnvoyPorts) => string,
  {
    ports,
    workers = 1,
  }: { readonly ports?: EnvoyPorts | undefined; readonly workers?: number | undefined } = {},
): Promise<TestEnvoy> {
  const { callers, admin } = ports ?? { callers: await freePort(), admin: await freePort() };
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-envoy-'));
  const file = path.join(folder, 'bootstrap.yaml');
  await writeFile(file, bootstrap({ callers, admin }));
  const options = [
    '-c',
    file,
    '--concurrency',
    String(workers),
    '--use-dynamic-base-id',
    '--log-level',
    'warn',
  ];
  const child: ChildProcess = spawn(ENVOY ?? '', options, { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  child.stdout?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const ended = once(child, 'exit');
  return {
    url: `http://127.0.0.1:${callers}`,
    pid: child.pid ?? 0,
    adminUrl: `http://127.0.0.1:${admin}`,
    log: () => log,
    kill: async (signal = 'SIGKILL') => {
      child.kill(signal);
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until an Envoy takes callers. */
export async function isServing(envoy: TestEnvoy): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const answer = await fetch(`${envoy.url}/models/none`).catch(() => null);
    await answer?.arrayBuffer();
    if (answer?.status === 404) return;
    await sleep(100);
  }
  throw new Error(`Envoy does not serve: ${envoy.log()}`);
}
