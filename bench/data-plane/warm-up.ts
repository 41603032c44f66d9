import { setTimeout as sleep } from 'node:timers/promises';
import { startEnvoy } from '../../test/support/gateways/envoy.ts';
import { routeTo } from '../../test/support/gateways/lone-gateway.ts';
import { startLoneXds } from '../../test/support/gateways/lone-xds.ts';
import { startModelServer } from '../../test/support/model-servers/model-server.ts';
import { cpuSeconds } from '../cpu-time.ts';
import type { Figure } from '../figure.ts';
import { memoryMb } from './memory.ts';

const [MODELS, ENVOYS] = [1_000, 3];
const AIM_S = 5;
const ROLLOUT = '00000000-0000-4000-8000-000000000001';
const PROBE_EVERY_MS = 20;
const MOST_S = 120;

/** Three Envoys are started at once: how long until the last of them serves 1,000 models, each in a canary? */
export async function warmUp(say: (line: string) => void): Promise<Figure[]> {
  const server = await startModelServer((_q, _b, response) => response.end('{}'));
  const models = Array.from({ length: MODELS }, (_, i) => `model-${i}`);
  const candidate = { version: 2, url: server.url, mode: 'canary', weight: 1_000 } as const;
  const xds = await startLoneXds(
    models.map((model) => routeTo(model, server.url, { candidate, rolloutId: ROLLOUT })),
    { LOG_LEVEL: 'silent' },
  );
  const pid = xds.process.child.pid ?? 0;
  const cpuBefore = cpuSeconds(pid);
  const startedAt = performance.now();
  const since = (): number => (performance.now() - startedAt) / 1_000;
  const envoys = await Promise.all(Array.from({ length: ENVOYS }, (_, i) => startEnvoy(xds, `warm-${i}`)));
  try {
    const serves = async (url: string, model: string): Promise<void> => {
      while (since() < MOST_S) {
        const answer = await fetch(`${url}/models/${model}/infer`, { method: 'POST', body: '{}' }).catch(
          () => null,
        );
        await answer?.arrayBuffer();
        if (answer?.status === 200) return;
        await sleep(PROBE_EVERY_MS);
      }
      throw new Error(`${model} is not served after ${MOST_S} s`);
    };
    // All routes come in one message, in this order.
    const last = models.at(-1) ?? '';
    const seconds = await Promise.all(envoys.map(({ url }) => serves(url, last).then(since)));
    const slowest = Math.max(...seconds);
    const xdsSeconds = cpuSeconds(pid) - cpuBefore;
    for (const model of [models[0] ?? '', models[500] ?? ''])
      await Promise.all(envoys.map(({ url }) => serves(url, model)));
    const ofEnvoys = envoys.map((one) => memoryMb(one.pid));
    say(`\n${MODELS} models × ${ENVOYS} Envoys: ${seconds.map((s) => s.toFixed(1)).join(', ')} s`);
    const one = (figure: string, value: number, unit: string, note: string): Figure => ({
      ...{ bench: 'data-plane', figure, value, unit, target: null, holds: null, runs: 1, note },
    });
    return [
      {
        ...one(
          'start_to_warm_s',
          slowest,
          's',
          'from starting the Envoys until the last one serves all models',
        ),
        ...{ target: AIM_S, holds: slowest <= AIM_S },
      },
      one('start_to_warm_xds_cpu_s', xdsSeconds, 's', 'processor time of the xDS server meanwhile'),
      one('envoy_1000_models_mb', Math.max(...ofEnvoys), 'MB', 'resident memory of the largest of them'),
      one('xds_1000_models_mb', memoryMb(pid), 'MB', 'resident memory of the xDS server'),
    ];
  } finally {
    await Promise.all(envoys.map((one) => one.kill()));
    await xds.stop();
    await server.stop();
  }
}
