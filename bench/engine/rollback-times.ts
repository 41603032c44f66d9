import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { eventually, type Installation, startInstallation } from '../../test/support/installation.ts';
import { startModelServer } from '../../test/support/model-servers/model-server.ts';
import { type Figure, percentile } from '../figure.ts';

/** Asking without any pause would keep both cores busy, and measure that. */
const PROBE_EVERY_MS = 2;
const MODEL = 'rolled';
/** Everybody gets the candidate, so every request shows which route a data plane serves by. */
const POLICY = {
  name: 'everybody',
  steps: [{ canary: { weight: '100%', minRequests: 1_000_000, maxDuration: '1d' } }],
  gates: [{ metric: 'error_rate', maxIncrease: 0.99 }],
  promoteWhen: 'notFailed',
};

/** Data planes that were started for a bench. */
export interface DataPlanes {
  readonly urls: readonly string[];
  stop(): Promise<void>;
}

/** Milliseconds of one round. */
interface Times {
  readonly fromCommit: number;
  readonly fromRequest: number;
}

/**
 * How long after an admin asks for a rollback does the last of several data planes serve by it? Each is asked every 2 ms or so, one request at a
 * time. Two clocks: from the time of the rollback's event, written in its transaction just before the commit (the aim), and from sending the request.
 */
export async function rollbackTimes(
  start: (site: Installation) => Promise<DataPlanes>,
  rounds: number,
  say: (line: string) => void,
): Promise<readonly Times[]> {
  const servers = [
    await startModelServer((_q, _b, response) => response.end('{}')),
    await startModelServer((_q, _b, response) => response.end('{}')),
  ];
  const installation = await startInstallation({ RATE_LIMIT: '0' });
  const { api } = installation;
  const planes = await start(installation);
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
      () => Promise.all(planes.urls.map(serves)),
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
      const seen = planes.urls.map(async (gateway) => {
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
    return times;
  } finally {
    await agent.close();
    await planes.stop();
    await installation.close();
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/** What becomes of the times, and what is aimed at from the commit. */
export interface TimesOf {
  readonly bench: string;
  /** How figures are called: `<name>_p99_ms`. */
  readonly names: { readonly fromCommit: string; readonly fromRequest: string };
  readonly note: string;
  readonly targetMs: number;
}

export function rollbackFigures(times: readonly Times[], of: TimesOf): Figure[] {
  const one = (name: string, values: readonly number[], share: number, note: string): Figure => ({
    ...{
      bench: of.bench,
      figure: `${name}_p${share * 100}_ms`,
      value: percentile(values, share),
      unit: 'ms',
    },
    ...{ target: null, holds: null, runs: times.length, note: `${note} ${of.note}` },
  });
  const commits = times.map((t) => t.fromCommit);
  const requests = times.map((t) => t.fromRequest);
  const aim = one(of.names.fromCommit, commits, 0.99, 'from the commit');
  return [
    one(of.names.fromCommit, commits, 0.5, 'from the commit'),
    { ...aim, target: of.targetMs, holds: aim.value <= of.targetMs },
    one(of.names.fromRequest, requests, 0.99, 'from sending the request'),
  ];
}
