import { isServing, startEnvoy, type TestEnvoy } from '../../test/support/gateways/envoy.ts';
import { startLoneXds } from '../../test/support/gateways/lone-xds.ts';
import type { Installation } from '../../test/support/installation.ts';
import type { Figure } from '../figure.ts';
import { type DataPlanes, rollbackFigures, rollbackTimes } from '../engine/rollback-times.ts';

const ENVOYS = 3;
const TARGET_MS = 100;

/** From a rollback to the last of three Envoys, which one xDS server programs. */
export async function rollbacksInEnvoys(rounds: number, say: (line: string) => void): Promise<Figure[]> {
  say(`\n${rounds} rollbacks, api, worker, xDS server and ${ENVOYS} Envoys on this machine`);
  return rollbackFigures(await rollbackTimes(threeEnvoys, rounds, say), {
    bench: 'data-plane',
    names: { fromCommit: 'rollback_to_last_envoy', fromRequest: 'rollback_request_to_last_envoy' },
    note: `until the last of ${ENVOYS} Envoys answers by it`,
    targetMs: TARGET_MS,
  });
}

async function threeEnvoys({ api, gateway }: Installation): Promise<DataPlanes> {
  await gateway.kill('SIGTERM');
  const token = await api.token('gateway');
  const xds = await startLoneXds([], { API_URL: api.url, UNDERSTUDY_TOKEN: token });
  const envoys: TestEnvoy[] = [];
  for (let i = 0; i < ENVOYS; i++) {
    const envoy = await startEnvoy({ port: xds.port, token }, `bench-${i}`);
    await isServing(envoy);
    envoys.push(envoy);
  }
  return {
    urls: envoys.map(({ url }) => url),
    stop: async () => {
      await Promise.all(envoys.map((one) => one.kill()));
      await xds.stop();
    },
  };
}
