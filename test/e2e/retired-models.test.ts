import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import {
  READY,
  readinessServer,
  type ReadinessServer,
  stopReadinessServers,
} from '../support/model-servers/readiness-server.ts';
import { startLoneGateway } from '../support/gateways/lone-gateway.ts';

/* A model that serves is retired on purpose, through a real gateway: callers are told why; it serves again, or is deleted and made anew. */
let site: Installation;
let server: ReadinessServer;
beforeAll(async () => {
  site = await startInstallation({ OUTBOUND_ALLOW: '127.0.0.0/8' });
  server = await readinessServer(READY);
});
afterAll(async () => {
  await site.close();
  await stopReadinessServers();
});

const call = (method: string, path: string, body?: unknown) => site.api.call(method, path, body);
const ask = (model: string): Promise<Response> =>
  fetch(`${site.gatewayUrl}/models/${model}/v2/models/m/infer`, { method: 'POST', body: '{}' });
const whenAsked = async (model: string, status: number): Promise<Response> =>
  eventually(
    () => ask(model),
    (response) => response.status === status,
  );

async function serve(model: string): Promise<void> {
  const version = { createModel: true, servingUrl: server.url, rollout: false };
  const made = await call('POST', `/models/${model}/versions`, version);
  expect(made.status).toBe(201);
  const promoted = await call('POST', `/models/${model}/promote`, { version: 1, reason: 'test' });
  expect(promoted.status).toBe(200);
  await whenAsked(model, 200);
}
const release = (model: string, version: number, more: object = {}) =>
  call('POST', `/models/${model}/rollouts`, { version, ...more });
const events = async (model: string): Promise<string[]> => {
  const { body } = await call('GET', `/audit?model=${model}&pageSize=100`);
  return (body['items'] as { type: string }[]).map(({ type }) => type).reverse();
};

it('callers get 410 with the reason; rollouts end, none starts; said twice it is once; it serves again', async () => {
  await serve('m');
  await call('POST', '/models/m/versions', { servingUrl: server.url, rollout: false });
  await call('POST', '/models/m/versions', { servingUrl: server.url, rollout: false });
  const live = await release('m', 2);
  const dated = await release('m', 3, { startAt: new Date(Date.now() + 86_400_000).toISOString() });
  expect([live.status, dated.status]).toEqual([201, 201]);

  const reason = 'replaced by ranker-2; ask team-search';
  const retired = await call('POST', '/models/m/retire', { reason });
  expect(retired.status).toBe(200);
  expect([...(retired.body['ended'] as string[])].sort()).toEqual([live.body['id'], dated.body['id']].sort());
  const answer = await whenAsked('m', 410);
  expect(await answer.json()).toMatchObject({
    status: 410,
    code: 'model_retired',
    detail: expect.stringContaining(reason),
  });
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  for (const { body } of [live, dated])
    expect((await call('GET', `/rollouts/${body['id']}`)).body).toMatchObject({
      state: 'aborted',
      decision: { because: `the model was retired: ${reason}` },
    });
  expect((await call('GET', '/models/m')).body).toMatchObject({
    primary: null,
    primaryOutage: null,
    retirement: { reason, version: 1 },
  });

  const again = await call('POST', '/models/m/retire', { reason: 'another word' });
  expect([again.status, again.body['outcome']]).toEqual([200, expect.stringContaining('retired already')]);
  expect(again.body['model']['retirement']['reason']).toBe(reason);

  for (const [path, body] of [
    ['rollouts', { version: 2 }],
    ['promote', { version: 2, reason: 'x' }],
    ['rollback', { reason: 'x' }],
    ['versions', { servingUrl: server.url, rollout: true }],
  ] as const)
    expect([path, (await call('POST', `/models/m/${path}`, body)).body['code']]).toEqual([
      path,
      'model_retired',
    ]);
  expect((await call('GET', '/models/m/versions')).body['items']).toHaveLength(3);
  expect((await call('GET', '/models/m/resolve?unit=u')).body).toMatchObject({
    status: 410,
    code: 'model_retired',
  });
  const renamed = await call('PATCH', '/models/m', { name: 'n' });
  expect([renamed.status, renamed.body['code']]).toEqual([409, 'model_serves']);

  // A gateway that is started without an api still says so.
  const { body: route } = await call('GET', '/models/m/route');
  const lone = await startLoneGateway([
    { ...(route as object), rolloutId: null, outputSpec: null, reading: null } as never,
  ]);
  expect((await fetch(`${lone.url}/models/m/x`)).status).toBe(410);
  await lone.stop();

  await server.stop();
  const silent = await call('POST', '/models/m/unretire', { reason: 'needed' });
  expect([silent.status, silent.body['code']]).toEqual([409, 'nobody_answers']);
  await server.start();
  const back = await call('POST', '/models/m/unretire', { reason: 'needed after all' });
  expect([back.status, back.body['primary']]).toEqual([200, 1]);
  await whenAsked('m', 200);
  const twice = await call('POST', '/models/m/unretire', { reason: 'needed after all' });
  expect([twice.status, twice.body['outcome']]).toEqual([200, 'it is not retired: version 1 serves']);
  expect((await call('GET', '/models/m')).body).toMatchObject({ primary: 1, retirement: null });
  const told = (await events('m')).filter((type) => type.startsWith('model.'));
  expect(told).toEqual(['model.created', 'model.retired', 'model.unretired']);
  expect((await release('m', 2)).status).toBe(201);
});

it('a retired model can be deleted; its callers are still told; another one of its name is served after it', async () => {
  await serve('old');
  const refused = await call('DELETE', '/models/old');
  expect([refused.status, refused.body['code']]).toEqual([409, 'model_serves']);
  // So that its route has a revision that a new model's first ones are below.
  for (const header of ['x-a', 'x-b', 'x-c'])
    expect((await call('PUT', '/models/old/callers', { unit: { header } })).status).toBe(200);
  await call('POST', '/models/old/retire', { reason: 'no longer needed' });
  expect((await call('DELETE', '/models/old')).status).toBe(204);
  expect((await call('GET', '/models/old')).status).toBe(404);
  await whenAsked('old', 410);
  // A gateway that knew nothing of it is told as well.
  await site.gateway.kill('SIGKILL');
  site.gateway = await site.startGateway();
  await whenAsked('old', 410);

  await serve('old');
  expect((await call('GET', '/models/old')).body).toMatchObject({ primary: 1, retirement: null });
  expect((await fetch(`${site.api.url}/readyz`)).status).toBe(200);
});

it('one that serves nobody is not retired', async () => {
  await call('POST', '/models', { name: 'idle' });
  const refused = await call('POST', '/models/idle/retire', { reason: 'x' });
  expect([refused.status, refused.body['code']]).toEqual([409, 'model_not_serving']);
  expect((await call('POST', '/models/absent/retire', { reason: 'x' })).status).toBe(404);
  expect((await call('POST', '/models/idle/retire', {})).status).toBe(422);
});
