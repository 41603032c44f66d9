import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { freePort } from '#libs/processes';
import { startModelServer } from '../test/support/model-server.ts';
import { eventually, startInstallation } from '../test/support/installation.ts';
import { startProcess } from '../test/support/processes.ts';
import { type Figure, percentile } from './figure.ts';

const GATEWAYS = 3;
const MODEL = 'rolled';
/** Everybody gets the candidate, so every request shows which route a gateway serves by. */
const POLICY = {
  name: 'everybody',
  steps: [{ canary: { weight: '100%', minRequests: 1_000_000, maxDuration: '1d' } }],
  gates: [{ metric: 'error_rate', maxIncrease: 1 }],
  promoteWhen: 'notFailed',
};

/**
 * How long after an admin asks for a rollback does the last of three gateways serve by it? Each
 * gateway is asked without pause, one request at a time; the clock starts when the rollback is sent,
 * so HTTP, the transaction and its commit are in the figure.
 */
export async function rollbackToGateways(rounds: number, say: (line: string) => void): Promise<Figure[]> {
  const servers = [
    await startModelServer((_q, _b, response) => response.end('{}')),
    await startModelServer((_q, _b, response) => response.end('{}')),
  ];
  const installation = await startInstallation();
  const { api } = installation;
  const gateways = [installation.gatewayUrl];
  const processes = [];
  for (let i = 1; i < GATEWAYS; i++) {
    const port = await freePort();
    const env = {
      UNDERSTUDY_HOME: `${installation.home}-${i}`,
      API_URL: api.url,
      UNDERSTUDY_TOKEN: await api.token('gateway'),
      GATEWAY_PORT: String(port),
      GATEWAY_ID: `bench-${i}`,
    };
    processes.push(await startProcess('apps/gateway/src/main.js', env));
    gateways.push(`http://127.0.0.1:${port}`);
  }
  const agent = new Agent({ connections: 2, keepAliveTimeout: 60_000 });
  const serves = async (gateway: string): Promise<string> => {
    const answer = await request(`${gateway}/models/${MODEL}/x`, {
      method: 'POST',
      body: '{}',
      dispatcher: agent,
    });
    await answer.body.dump();
    return String(answer.headers['x-understudy-version'] ?? answer.statusCode);
  };
  const allServe = (version: string): Promise<unknown> =>
    eventually(
      () => Promise.all(gateways.map(serves)),
      (all) => all.every((v) => v === version),
      60_000,
    );
  try {
    const first = { servingUrl: servers[0]?.url, createModel: true, rollout: { policy: POLICY } };
    await api.call('POST', `/models/${MODEL}/versions`, first);
    await allServe('1');
    const second = await api.call('POST', `/models/${MODEL}/versions`, { servingUrl: servers[1]?.url });
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const rollout = { version: second.body['version'] as number, policy: POLICY };
      await api.call('POST', `/models/${MODEL}/rollouts`, rollout);
      await allServe(String(rollout.version));
      // Not in step with anything that happens every second.
      await sleep((round * 137) % 1_000);
      const askedAt = performance.now();
      const seen = gateways.map(async (gateway) => {
        while ((await serves(gateway)) !== '1');
        return performance.now() - askedAt;
      });
      const answer = await api.call('POST', `/models/${MODEL}/rollback`, { reason: 'bench' });
      if (answer.status !== 200) throw new Error(`the rollback was refused: ${JSON.stringify(answer.body)}`);
      times.push(Math.max(...(await Promise.all(seen))));
      if ((round + 1) % 25 === 0) say(`  ${round + 1} of ${rounds} rollbacks`);
    }
    return figures(times);
  } finally {
    await agent.close();
    await Promise.all(processes.map((process) => process.kill('SIGTERM')));
    await installation.close();
    await Promise.all(servers.map((server) => server.stop()));
  }
}

function figures(times: readonly number[]): Figure[] {
  const TARGET_MS = 50;
  return [0.5, 0.95, 0.99].map((share) => {
    const value = percentile(times, share);
    const isTheAim = share === 0.99;
    return {
      bench: 'engine',
      figure: `rollback_to_last_gateway_p${share * 100}_ms`,
      value,
      unit: 'ms',
      target: isTheAim ? TARGET_MS : null,
      holds: isTheAim ? value <= TARGET_MS : null,
      runs: times.length,
      note: `from sending the rollback until the last of ${GATEWAYS} gateways answers by it`,
    };
  });
}
