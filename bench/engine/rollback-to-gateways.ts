import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { freePort } from '#libs/processes';
import { startModelServer } from '../../test/support/model-servers/model-server.ts';
import { eventually, startInstallation } from '../../test/support/installation.ts';
import { startProcess } from '../../test/support/processes.ts';
import { type Figure, percentile } from '../figure.ts';

const GATEWAYS = 3;
/** Asking without any pause would keep both cores busy, and measure that. */
const PROBE_EVERY_MS = 2;
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
 * gateway is asked every 2 ms or so, one request at a time. Two clocks: from the time of the rollback's
 * event, written in its transaction just before the commit (the aim), and from sending the request.
 */
export async function rollbackToGateways(rounds: number, say: (line: string) => void): Promise<Figure[]> {
  const servers = [
    await startModelServer((_q, _b, response) => response.end('{}')),
    await startModelServer((_q, _b, response) => response.end('{}')),
  ];
  const installation = await startInstallation({ RATE_LIMIT: '0' });
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
      GATEWAY_ADMIN_PORT: '0',
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
    const times: Times[] = [];
    for (let round = 0; round < rounds; round++) {
      const rollout = { version: second.body['version'] as number, policy: POLICY };
      await api.call('POST', `/models/${MODEL}/rollouts`, rollout);
      await allServe(String(rollout.version));
      // Not in step with anything that happens every second.
      await sleep((round * 137) % 1_000);
      const askedAt = Date.now();
      const seen = gateways.map(async (gateway) => {
        while ((await serves(gateway)) !== '1') await sleep(PROBE_EVERY_MS);
        return Date.now();
      });
      const answer = await api.call('POST', `/models/${MODEL}/rollback`, { reason: 'bench' });
      if (answer.status !== 200) throw new Error(`the rollback was refused: ${JSON.stringify(answer.body)}`);
      const lastAt = Math.max(...(await Promise.all(seen)));
      const events = await api.call('GET', `/rollouts/${String(answer.body['rollout'].id)}/events`);
      const event = (events.body['items'] as { type: string; at: string }[]).find(
        ({ type }) => type === 'rollout.rolled_back',
      );
      if (!event) throw new Error('the rollback left no event');
      times.push({ fromCommit: lastAt - Date.parse(event.at), fromRequest: lastAt - askedAt });
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

/** Milliseconds of one round. */
interface Times {
  readonly fromCommit: number;
  readonly fromRequest: number;
}

const TARGET_MS = 50;

function figures(times: readonly Times[]): Figure[] {
  const common = { bench: 'engine', unit: 'ms', runs: times.length };
  const commits = times.map((t) => t.fromCommit);
  const requests = times.map((t) => t.fromRequest);
  const note = `until the last of ${GATEWAYS} gateways answers by it`;
  const aim = percentile(commits, 0.99);
  return [
    {
      ...common,
      figure: 'rollback_to_last_gateway_p50_ms',
      value: percentile(commits, 0.5),
      target: null,
      holds: null,
      note: `from the commit ${note}`,
    },
    {
      ...common,
      figure: 'rollback_to_last_gateway_p99_ms',
      value: aim,
      target: TARGET_MS,
      holds: aim <= TARGET_MS,
      note: `from the commit ${note}`,
    },
    {
      ...common,
      figure: 'rollback_request_to_last_gateway_p99_ms',
      value: percentile(requests, 0.99),
      target: null,
      holds: null,
      note: `from sending the request ${note}`,
    },
  ];
}
