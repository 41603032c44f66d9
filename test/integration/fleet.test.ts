import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Json } from '../support/api.ts';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/* Who serves and who works, as it is told: real processes, and data planes of other releases by what these send. */
let its: Installation;
let server: TestModelServer;
beforeAll(async () => {
  its = await startInstallation();
  server = await startModelServer((_request, _body, response) => response.end('{}'));
  await its.api.call('POST', '/models/digits/versions', {
    servingUrl: server.url,
    createModel: true,
    rollout: false,
  });
  await its.api.call('POST', '/models/digits/promote', { version: 1, reason: 'a test' });
}, 120_000);
afterAll(async () => {
  await its.close();
  await server.stop();
});

const fleet = async (): Promise<Json> => (await its.api.call('GET', '/fleet')).body;
const plane = async (id: string): Promise<Json | undefined> =>
  (await fleet())['planes'].find((one: Json) => one['id'] === id);
let sequence = 0;
const says = async (gateway: string, more: Json): Promise<void> => {
  const body = { gateway, boot: 'b', sequence: ++sequence, ...more };
  const { status } = await its.api.call('POST', '/gateway/evidence', body, await its.api.token('gateway'));
  expect(status).toBe(200);
};

it('knows the gateway and the worker of an installation', async () => {
  await eventually(
    () => plane('test-gateway'),
    (one) => one?.['acknowledged'] === 1,
    60_000,
  );
  expect(await plane('test-gateway')).toMatchObject({ state: 'serving', behind: 0, firstBehind: [] });
  expect(await plane('test-gateway')).toMatchObject({
    ...{ kind: 'gateway', release: expect.stringMatching(/^\d+\.\d+\.\d+/), proxies: null },
    ...{ routesAgeMs: expect.any(Number), lostRequests: 0, droppedCopies: 0 },
  });
  const { models, feeds, workers } = await fleet();
  expect([models, feeds.includes('answers')]).toEqual([1, true]);
  expect(workers).toMatchObject({ alive: true, judges: [], heardAt: expect.any(String) });
}, 150_000);

it('tells who is behind from who is new, silent, or serves nobody', async () => {
  await says('of before', { acknowledged: [] });
  await eventually(
    () => plane('of before'),
    (one) => one?.['state'] === 'behind',
    20_000,
  );
  expect(await plane('of before')).toMatchObject({
    ...{ acknowledged: 0, behind: 1 },
    firstBehind: [{ model: 'digits', revision: 0, newest: 1 }],
  });
  await says('of before', { acknowledged: [{ model: 'digits', revision: 1 }] });
  expect(await plane('of before')).toMatchObject({ state: 'serving', behind: 0, acknowledged: 1 });
  await says('log reader', { serves: false });
  expect(await plane('log reader')).toMatchObject({ state: 'reporting', heardAt: expect.any(String) });
  // It says nothing any more.
  await eventually(
    () => plane('of before'),
    (one) => one?.['state'] === 'silent',
    30_000,
  );
}, 90_000);

it('tells what a data plane says of itself, anew when it starts anew, and takes what it cannot read for nothing', async () => {
  const about = { kind: 'envoy', version: '9.9.9', proxies: 3 };
  await says('talker', { about });
  expect(await plane('talker')).toMatchObject({
    kind: 'envoy',
    release: '9.9.9',
    proxies: 3,
    lostRequests: null,
  });
  await says('talker', { boot: 'next', about: { kind: 'toaster' } });
  expect(await plane('talker')).toMatchObject({ kind: null, release: null, proxies: null });
  await says('talker', { boot: 'last', about: { ...about, version: null, lostRequests: -1, colour: 'red' } });
  expect(await plane('talker')).toMatchObject({
    kind: 'envoy',
    release: null,
    proxies: 3,
    lostRequests: null,
  });
});
