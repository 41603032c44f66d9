import { freePort } from '#libs/processes';
import type { Installation } from '../../test/support/installation.ts';
import { startProcess, type TestProcess } from '../../test/support/processes.ts';
import type { Figure } from '../figure.ts';
import { type DataPlanes, rollbackFigures, rollbackTimes } from './rollback-times.ts';

const GATEWAYS = 3;
const TARGET_MS = 50;

/** From a rollback to the last of three built-in gateways. */
export async function rollbackToGateways(rounds: number, say: (line: string) => void): Promise<Figure[]> {
  return rollbackFigures(await rollbackTimes(threeGateways, rounds, say), {
    bench: 'engine',
    names: { fromCommit: 'rollback_to_last_gateway', fromRequest: 'rollback_request_to_last_gateway' },
    note: `until the last of ${GATEWAYS} gateways answers by it`,
    targetMs: TARGET_MS,
  });
}

async function threeGateways({ api, gatewayUrl, home }: Installation): Promise<DataPlanes> {
  const urls = [gatewayUrl];
  const processes: TestProcess[] = [];
  for (let i = 1; i < GATEWAYS; i++) {
    const port = await freePort();
    const env = {
      UNDERSTUDY_HOME: `${home}-${i}`,
      API_URL: api.url,
      UNDERSTUDY_TOKEN: await api.token('gateway'),
      GATEWAY_PORT: String(port),
      GATEWAY_ADMIN_PORT: '0',
      GATEWAY_ID: `bench-${i}`,
    };
    processes.push(await startProcess('apps/gateway/src/main.js', env));
    urls.push(`http://127.0.0.1:${port}`);
  }
  return { urls, stop: async () => void (await Promise.all(processes.map((one) => one.kill('SIGTERM')))) };
}
