import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import {
  READY,
  readinessServer,
  type ReadinessServer,
  stopReadinessServers,
} from '../support/model-servers/readiness-server.ts';

/* The servers of a primary are gone: callers get 502, and everybody who looks is told so, once. */
let site: Installation;
let server: ReadinessServer;
beforeAll(async () => {
  site = await startInstallation({ OUTBOUND_ALLOW: '127.0.0.0/8' });
  server = await readinessServer(READY);
  const body = { createModel: true, servingUrl: server.url, rollout: false };
  await site.api.call('POST', '/models/m/versions', body);
  await site.api.call('POST', '/models/m/promote', { version: 1, reason: 'test' });
  await eventually(ask, ({ status }) => status === 200);
});
afterAll(async () => {
  await site.close();
  await stopReadinessServers();
});

const ask = (): Promise<Response> =>
  fetch(`${site.gatewayUrl}/models/m/v2/models/m/infer`, { method: 'POST', body: '{}' });
const model = async () => site.api.call('GET', '/models/m');
const outage = async () => (await model()).body['primaryOutage'] as Record<string, unknown> | null;
const events = async (): Promise<string[]> => {
  const { body } = await site.api.call('GET', '/audit?model=m&pageSize=100');
  return (body['items'] as { type: string }[])
    .map(({ type }) => type)
    .filter((type) => type.startsWith('primary.'))
    .reverse();
};
const figures = async (url: string): Promise<string> => (await fetch(`${url}/metrics`)).text();

it('is state, event and figure, once for each outage, through kills of gateway and worker; and so is its end', async () => {
  expect([await outage(), await events()]).toEqual([null, []]);
  const etag = (await model()).headers.get('etag') ?? '';
  await server.stop();
  const calling = setInterval(() => void ask().catch(() => undefined), 300);
  try {
    const out = await eventually(outage, (one) => one !== null && one['announcedAt'] !== null, 60_000);
    expect(out).toMatchObject({ version: 1, cause: 'unreachable', scope: 'all' });
    expect(out?.['gateways']).toMatchObject([{ gateway: 'test-gateway', state: 'unreachable' }]);
    expect(await events()).toEqual(['primary.unreachable']);
    expect(await figures(`http://127.0.0.1:${site.worker.port}`)).toContain(
      'understudy_primary_unreachable{model="m",cause="unreachable",scope="all"} 1',
    );
    expect(await figures(site.adminUrl())).toContain(
      'understudy_gateway_primary_unreachable{model="m",state="unreachable"} 1',
    );
    // It comes and goes by itself: what a person has seen of the model is as it was.
    const shown = await site.api.call('GET', '/models/m');
    expect(shown.headers.get('etag')).not.toBe(etag);
    const edited = await site.api.call('PATCH', '/models/m', { description: 'x' }, undefined, {
      'if-match': etag,
    });
    expect(edited.status).toBe(200);
    // A rollout says that there is nobody to compare with.
    const candidate = await readinessServer(READY);
    const waits = { name: 'w', steps: [{ shadow: { minRequests: 1_000, maxDuration: '1h' } }], gates: [] };
    const released = {
      servingUrl: candidate.url,
      rollout: { policy: { ...waits, promoteWhen: 'notFailed' } },
    };
    const { body: made } = await site.api.call('POST', '/models/m/versions', released);
    const { id } = made['rollout'] as { id: string };
    await eventually(
      async () => (await site.api.call('GET', `/rollouts/${id}`)).body['waitingFor'],
      (words) => /; the primary, version 1, answers nobody since /.test(String(words)),
      60_000,
    );
    await site.api.call('POST', `/rollouts/${id}/abort`, { reason: 'test' });

    await site.gateway.kill('SIGKILL');
    site.gateway = await site.startGateway();
    await site.worker.kill('SIGKILL');
    site.worker = await site.startWorker();
    await eventually(
      () => figures(site.adminUrl()),
      (text) => text.includes('understudy_gateway_primary_unreachable{'),
      60_000,
    );
  } finally {
    clearInterval(calling);
  }
  expect([await events(), (await outage()) !== null]).toEqual([['primary.unreachable'], true]);

  // Nobody calls: the gateway's own knocks, or the worker's probes, find it.
  await server.start();
  await eventually(outage, (one) => one === null, 60_000);
  expect(await events()).toEqual(['primary.unreachable', 'primary.reachable']);
  expect((await ask()).status).toBe(200);
});
