import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DataPlane, DATA_PLANES } from '../support/gateways/data-planes.ts';
import { eventually, type Installation, startCallers, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/** The same rollouts through either data plane: real processes, and nothing but its evidence. */
const GATES = [
  { metric: 'error_rate', maxIncrease: 0.2, startPeriod: '0s' },
  { metric: 'latency_p50', maxIncrease: 300, startPeriod: '0s' },
];
const step = (weight: string) => ({ canary: { weight, minRequests: 60, maxDuration: '10m' } });
const ENDED = ['succeeded', 'rolled_back'];
const PATIENCE_MS = 180_000;

describe.each(DATA_PLANES)('rollouts through %s', (_, start) => {
  let site: Installation;
  let plane: DataPlane;
  const servers: TestModelServer[] = [];
  beforeAll(async () => {
    site = await startInstallation();
    plane = await start(site);
  }, 400_000);
  afterAll(async () => {
    await plane?.stop();
    await site?.close();
    for (const server of servers) await server.stop();
  });

  const serving = async (status = 200, afterMs = 0): Promise<string> => {
    const server = await startModelServer(
      (_q, _b, response) => void setTimeout(() => json(response, { status }, status), afterMs),
    );
    servers.push(server);
    return server.url;
  };
  const release = async (model: string, servingUrl: string, policy: unknown): Promise<string> => {
    const { body, status } = await site.api.call('POST', `/models/${model}/versions`, {
      ...{ createModel: true, servingUrl, rollout: policy === null ? true : { policy } },
    });
    expect([status, body['detail']]).toEqual([201, undefined]);
    return String(body['rollout'].id);
  };
  const rollout = async (id: string) => (await site.api.call('GET', `/rollouts/${id}`)).body;
  const command = async (id: string, word: string) => {
    const seen = (await site.api.call('GET', `/rollouts/${id}`)).headers.get('etag') ?? '';
    const path = `/rollouts/${id}/${word}`;
    const { status, body } = await site.api.call('POST', path, { reason: word }, undefined, {
      'if-match': seen,
    });
    expect([status, body['detail']]).toEqual([200, undefined]);
  };
  const isUnderWay = ({ step }: Awaited<ReturnType<typeof rollout>>) => typeof step?.startedAt === 'string';
  const until = (id: string, holds: (seen: Awaited<ReturnType<typeof rollout>>) => boolean) =>
    eventually(() => rollout(id), holds, PATIENCE_MS);
  /** A model that serves, and callers that go on. */
  const called = async (model: string) => {
    const first = await release(model, await serving(), null);
    await until(first, ({ state }) => state === 'succeeded');
    const url = `${plane.url}/models/${model}/infer`;
    await eventually(
      async () => (await fetch(url, { method: 'POST', body: '{}' })).status,
      (status) => status === 200,
    );
    const callers = startCallers(url, () => '{}', 100);
    return callers;
  };

  it('a good one goes from 10 % to 50 %, becomes primary, and bakes beside held-back units', async () => {
    const callers = await called('good');
    const id = await release('good', await serving(), {
      ...{ name: 'steps', gates: GATES },
      steps: [step('10%'), step('50%'), { bake: { duration: '3s', holdBack: '10%' } }],
    });
    const baking = await until(id, ({ state }) => state === 'baking');
    expect(baking['step']).toMatchObject({ index: 2 });
    const ended = await until(id, ({ state }) => state !== 'baking');
    expect(ended['state']).toBe('succeeded');
    const { statuses, byVersion } = await callers.stop();
    expect(Object.keys(statuses)).toEqual(['200']);
    expect(byVersion['2']).toBeGreaterThan(60);
  }, 400_000);

  it.each<[string, () => Promise<string>, string]>([
    ['that errs', () => serving(500), 'error_rate'],
    ['that is slow', () => serving(200, 1_500), 'latency_p50'],
  ])(
    'one %s is rolled back, and no caller has failed',
    async (_what, candidate, gate) => {
      const callers = await called(gate);
      const id = await release(gate, await candidate(), { name: 'harm', gates: GATES, steps: [step('30%')] });
      const ended = await until(id, ({ state }) => ENDED.includes(String(state)));
      expect(ended['state']).toBe('rolled_back');
      expect(JSON.stringify(ended['decision'])).toContain(gate);
      const { statuses } = await callers.stop();
      expect(Object.keys(statuses)).toEqual(['200']);
    },
    400_000,
  );

  it('one that is paused stays where it is, while harm is seen all the same', async () => {
    const callers = await called('paused');
    const id = await release('paused', await serving(), {
      ...{
        name: 'long',
        gates: GATES,
        steps: [{ canary: { weight: '20%', minRequests: 1e6, maxDuration: '1h' } }],
      },
    });
    await until(id, isUnderWay);
    await command(id, 'pause');
    const paused = await until(id, ({ state }) => state === 'paused');
    const counted = async () => JSON.stringify((await site.api.call('GET', `/rollouts/${id}/evidence`)).body);
    const before = await counted();
    await eventually(counted, (now) => now !== before);
    expect((await rollout(id))['step'].index).toBe(paused['step'].index);
    await command(id, 'resume');
    await until(id, ({ state }) => state === 'running');
    const { statuses } = await callers.stop();
    expect(Object.keys(statuses)).toEqual(['200']);
  }, 400_000);

  it('one goes on when api and worker have been away, and no caller has noticed', async () => {
    const callers = await called('outage');
    const id = await release('outage', await serving(), {
      name: 'steps',
      gates: GATES,
      steps: [step('50%')],
    });
    await until(id, isUnderWay);
    await site.api.process.kill('SIGKILL');
    await site.worker.kill('SIGKILL');
    const answered = callers.tally.statuses['200'] ?? 0;
    await eventually(
      async () => callers.tally.statuses['200'] ?? 0,
      (now) => now > answered + 200,
    );
    await site.startApiAgain();
    site.worker = await site.startWorker();
    const ended = await until(id, ({ state }) => ENDED.includes(String(state)));
    expect(ended['state']).toBe('succeeded');
    const { statuses } = await callers.stop();
    expect(Object.keys(statuses)).toEqual(['200']);
  }, 400_000);
});
