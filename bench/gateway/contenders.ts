import { fork } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '#libs/processes';
import { routeTo, startLoneGateway } from '../../test/support/gateways/lone-gateway.ts';
import { startForeign, type Started } from './foreign-server.ts';
import { waitUntilListening } from './listening.ts';

export const MODEL = 'digits';
const ROLLOUT = '00000000-0000-4000-8000-000000000000';

/** Our gateway as it is shipped, on a route from its disk; nobody takes its evidence, so it adds it up. */
export async function startUnderstudy(
  mode: 'none' | 'canary' | 'shadow',
  primary: number,
  candidate: number,
  percent: number,
  processes = 1,
): Promise<Started> {
  const started = await startLoneGateway(
    [
      routeTo(MODEL, `http://127.0.0.1:${primary}`, {
        candidate:
          mode === 'none'
            ? null
            : { version: 2, url: `http://127.0.0.1:${candidate}`, mode, weight: percent * 100 },
        rolloutId: mode === 'none' ? null : ROLLOUT,
        outputSpec: { kind: 'tensor', path: '$.outputs[0].data', tolerance: 1e-6 },
      }),
    ],
    { GATEWAY_PROCESSES: String(processes), LOG_LEVEL: 'silent' },
  );
  return { port: started.port, pid: started.process.child.pid ?? 0, stop: () => started.stop() };
}

/** A proxy of ours to compare with, in a process of its own: `dist/bench/gateway/<name>.js`. */
export async function startNodeProxy(name: string, primary: number): Promise<Started> {
  const port = await freePort();
  const child = fork(path.resolve('dist/bench/gateway', `${name}.js`), [String(port), String(primary)]);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await waitUntilListening(port);
  return { port, pid: child.pid ?? 0, stop: () => (child.kill('SIGTERM'), ended) };
}

/** HAProxy with one thread that sends a share of the requests to the candidate. */
export async function startHaproxy(primary: number, candidate: number, percent: number): Promise<Started> {
  const port = await freePort();
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-haproxy-'));
  const file = path.join(folder, 'haproxy.cfg');
  await writeFile(
    file,
    `global
  nbthread 1
  maxconn 8000
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  http-reuse always
frontend in
  bind 127.0.0.1:${port}
  use_backend candidate if { rand(100) lt ${percent} }
  default_backend primary
backend primary
  server a 127.0.0.1:${primary}
backend candidate
  server b 127.0.0.1:${candidate}
`,
  );
  return startForeign('haproxy', ['-db', '-f', file], port, folder);
}
