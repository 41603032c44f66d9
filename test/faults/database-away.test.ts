import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { startCuttableDatabase } from '../support/databases/cuttable-database.ts';
import { eventually, startCallers, startInstallation } from '../support/installation.ts';
import { json, startModelServer } from '../support/model-servers/model-server.ts';

/** Longer than what any of them waits for an answer, a lock or a claim; a minute in `npm run test:nightly`. */
const AWAY_MS = Number(process.env['AWAY_MS'] ?? 25_000);
const POLICY = {
  name: 'away',
  steps: [
    { canary: { weight: '20%', minRequests: 20, maxDuration: '10m' } },
    { approval: {} },
    { canary: { weight: '50%', minRequests: 20, maxDuration: '10m' } },
  ],
  gates: [{ metric: 'error_rate', maxIncrease: 0.5 }],
  promoteWhen: 'notFailed',
};

it('the database away for a while: callers are served, writes are refused, nothing acknowledged is lost, and all goes on', async () => {
  const database = await startCuttableDatabase();
  const site = await startInstallation();
  const server = await startModelServer((_request, _body, response) => json(response, { ok: true }));
  const { api } = site;
  let callers: ReturnType<typeof startCallers> | null = null;
  let writing = false;
  const register = () =>
    api.call('POST', '/models/away/versions', {
      servingUrl: server.url,
      createModel: true,
      rollout: { policy: POLICY },
    });
  const state = async (id: string) => (await api.call('GET', `/rollouts/${id}`)).body['state'];
  try {
    const first = (await register()).body['rollout'].id;
    await eventually(
      () => state(first),
      (s) => s === 'succeeded',
    );
    callers = startCallers(`${site.gatewayUrl}/models/away/x`, () => '{}', 60);
    const second = (await register()).body['rollout'].id;
    await eventually(
      () => state(second),
      (s) => s === 'awaiting_approval',
    );

    // People go on writing while it is cut: whatever was acknowledged must be there afterwards.
    const acknowledged: string[] = [];
    const refused: { status: number; retryAfter: string | null; code: unknown }[] = [];
    writing = true;
    const writer = (async () => {
      for (let i = 0; writing; i++) {
        const name = `written-${i}`;
        const { status, headers, body } = await api.call('POST', '/models', { name });
        if (status === 201) acknowledged.push(name);
        else refused.push({ status, retryAfter: headers.get('retry-after'), code: body['code'] });
        await sleep(20);
      }
    })();
    await sleep(1_000);
    await database.stop();
    await sleep(AWAY_MS);
    const writtenBefore = acknowledged.length;
    await database.start();
    await eventually(
      async () => acknowledged.length,
      (n) => n > writtenBefore,
      60_000,
    );
    // The rollout goes on too, through worker, gateway and all, soon after the first write.
    const approve = () => api.call('POST', `/rollouts/${second}/approve`, { reason: 'it is back' });
    await eventually(approve, (answer) => answer.status === 200, 60_000);
    await eventually(
      () => state(second),
      (s) => s === 'succeeded',
      60_000,
    );
    writing = false;
    await writer;

    expect(refused.length).toBeGreaterThan(10);
    expect([...new Set(refused.map((one) => JSON.stringify(one)))]).toEqual([
      JSON.stringify({ status: 503, retryAfter: '1', code: 'database_unavailable' }),
    ]);
    for (const name of acknowledged)
      expect([name, (await api.call('GET', `/models/${name}`)).status]).toEqual([name, 200]);
    expect((await api.call('GET', '/audit/verify')).body).toMatchObject({ intact: true });
    expect(Object.keys((await callers?.stop())?.statuses ?? {})).toEqual(['200']);
  } finally {
    writing = false;
    await callers?.stop();
    await site.close();
    await server.stop();
    await database.close();
  }
}, 400_000);
