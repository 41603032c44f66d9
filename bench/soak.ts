import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, startInstallation } from '../test/support/installation.ts';
import { startBenchDatabase } from './database.ts';
import { type Figure, percentile, printFigures } from './figure.ts';
import { startBackends } from './gateway/nginx.ts';
import { load } from './gateway/wrk.ts';

/** `npm run bench -- soak [minutes]`: load while a model's route changes every second; does the gateway's memory grow? */
const MINUTES = Number(process.argv[3] ?? 10);
const MODEL = 'soaked';
const SLICE_SECONDS = 5;
/** Growth that is no growth: what the heap does between two collections. */
const MOST_GROWTH = 1.1;
/** Half of the callers get the candidate; each round is a rollout of its own, ended a second later. */
const POLICY = {
  name: 'half',
  steps: [{ canary: { weight: '50%', minRequests: 1_000_000_000, maxDuration: '1d' } }],
  gates: [{ metric: 'error_rate', maxIncrease: 0.99 }],
};
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;

const postgres = await startBenchDatabase();
const backends = await startBackends('{"outputs":[{"name":"y","data":[0.1,0.2,0.7]}]}');
const site = await startInstallation({ RATE_LIMIT: '0' });
const { api } = site;
let stopped = false;
try {
  const register = (port: number, rollout: unknown) =>
    api.call('POST', `/models/${MODEL}/versions`, {
      servingUrl: `http://127.0.0.1:${port}`,
      createModel: true,
      outputSpec: { kind: 'tensor', path: '$.outputs[0].data', tolerance: 1e-6 },
      rollout,
    });
  const url = `${site.gatewayUrl}/models/${MODEL}/infer`;
  await register(backends.port, true);
  await eventually(
    async () => (await fetch(url, { method: 'POST', body: '{}' })).status,
    (status) => status === 200,
  );
  await register(backends.second, false);

  let changes = 0;
  const changing = (async () => {
    while (!stopped) {
      const change =
        changes % 2 === 0
          ? api.call('POST', `/models/${MODEL}/rollouts`, { version: 2, policy: POLICY })
          : api.call('POST', `/models/${MODEL}/rollback`, { reason: 'soak' });
      if ((await change).status < 300) changes++;
      await sleep(1_000);
    }
  })();

  const pid = site.gateway.child.pid ?? 0;
  const memory: number[] = [];
  let [requests, errors] = [0, 0];
  for (const until = performance.now() + MINUTES * 60_000; performance.now() < until;) {
    const seen = await load(url, SLICE_SECONDS, 16);
    requests += seen.requests;
    errors += seen.errors;
    memory.push(residentMb(pid));
    if (memory.length % 6 === 0)
      say(
        `${(memory.length * SLICE_SECONDS).toString().padStart(5)} s  ${memory.at(-1)?.toFixed(0)} MB  ${requests} requests  ${changes} changes`,
      );
  }
  stopped = true;
  await changing;

  // The first fifth fills caches and lets the compiler work.
  const fifth = Math.max(1, Math.floor(memory.length / 5));
  const early = percentile(memory.slice(fifth, 2 * fifth), 0.5);
  const late = percentile(memory.slice(-fifth), 0.5);
  const figure = (name: string, value: number, unit: string, target: number, note: string): Figure => ({
    ...{ bench: 'soak', figure: name, value, unit, target, holds: value <= target, runs: 1, note },
  });
  printFigures(
    [
      figure(
        'memory_growth',
        late / early,
        'ratio',
        MOST_GROWTH,
        `${early.toFixed(0)} MB in the second fifth, ${late.toFixed(0)} MB in the last; ${MINUTES} min, ${changes} route changes`,
      ),
      figure('failed_callers', errors, 'requests', 0, `of ${requests}`),
    ],
    say,
  );
} finally {
  stopped = true;
  await site.close();
  await backends.stop();
  await postgres.destroy();
}
