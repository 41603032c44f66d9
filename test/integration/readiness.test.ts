import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from '../support/api.ts';
import { eventually, startInstallation, type Installation } from '../support/installation.ts';
import {
  READY,
  readinessServer,
  stopReadinessServers,
  type ReadinessServer,
} from '../support/readiness-server.ts';

/* Callers are sent to servers that are ready, and to no others: before the first step, at each step, and on the way back. */
let its: Installation;
beforeAll(async () => {
  its = await startInstallation({ OUTBOUND_ALLOW: '127.0.0.0/8' });
});
afterAll(() => its.close());
afterEach(stopReadinessServers);

const call = async (method: string, path: string, body?: Json): Promise<Json> => {
  const answer = await its.api.call(method, path, body);
  return { ...answer.body, status: answer.status };
};
const rollout = async (id: string): Promise<Json> => (await its.api.call('GET', `/rollouts/${id}`)).body;
const asks = (model: string): Promise<Response> =>
  fetch(`${its.gatewayUrl}/models/${model}/v2/models/m/infer`, { method: 'POST', body: '{}' });
const CANARY = {
  ...{ name: 'canary', gates: [], promoteWhen: 'notFailed' },
  steps: [
    { checks: { health: 'required' } },
    { canary: { weight: '50%', minRequests: 1_000, maxDuration: '1h' } },
  ],
};

/** A model whose first version serves. */
async function serving(model: string): Promise<ReadinessServer> {
  const server = await readinessServer(READY);
  const body = { createModel: true, servingUrl: server.url, rollout: false };
  expect(await call('POST', `/models/${model}/versions`, body)).toMatchObject({ status: 201 });
  const moved = await call('POST', `/models/${model}/promote`, { version: 1, reason: 'test' });
  expect(moved).toMatchObject({ status: 200, primary: 1 });
  await eventually(
    () => asks(model),
    ({ status }) => status === 200,
  );
  return server;
}

/** @returns the rollout's id */
async function releases(
  model: string,
  server: ReadinessServer,
  policy: Json,
  more: Json = {},
): Promise<string> {
  const body = { servingUrl: server.url, rollout: { policy }, ...more };
  const made = await call('POST', `/models/${model}/versions`, body);
  expect([made['status'], made['detail']]).toEqual([201, undefined]);
  return made['rollout'].id;
}
const inCanary = (id: string): Promise<Json> =>
  eventually(
    () => rollout(id),
    ({ state, step }) => state === 'running' && step?.kind === 'canary',
  );

const NOT_READY: [string, Record<string, number>][] = [
  ...[204, 301, 400, 401, 403, 409, 429, 500, 503].map((status): [string, Record<string, number>] => [
    `${status} at Open Inference's path`,
    { '/v2/health/ready': status, '*': 200 },
  ]),
  ['404 there, and 400 everywhere else', { '/v2/health/ready': 404, '*': 400 }],
  ['404 there, and it says that it lives', { '/v2/health/live': 200 }],
  ['503 at /health', { '/health': 503 }],
];

describe('a version whose server is not ready', () => {
  it('waits, whatever the server answers; and goes on by itself when it is ready', async () => {
    await Promise.all(
      NOT_READY.map(async ([what, answers], n) => {
        const model = `not-ready-${n}`;
        await serving(model);
        const server = await readinessServer(answers);
        server.predicts = 400;
        const id = await releases(model, server, CANARY);
        const waits = await eventually(
          () => rollout(id),
          ({ decision }) => /ready/.test(decision?.because ?? ''),
        );
        expect([what, waits['state'], waits['step']?.kind]).toEqual([what, 'pending', undefined]);
        await sleep(2_000);
        for (let i = 0; i < 5; i++) expect([what, (await asks(model)).status]).toEqual([what, 200]);
        expect([what, (await rollout(id))['state']]).toEqual([what, 'pending']);
        server.answers = READY;
        server.predicts = 200;
        await inCanary(id);
      }),
    );
  }, 120_000);

  it('that says nothing of readiness is alive: it may be released', async () => {
    await serving('plain');
    await inCanary(await releases('plain', await readinessServer({ '*': 404 }), CANARY));
    await serving('post-only');
    await inCanary(await releases('post-only', await readinessServer({ '*': 405 }), CANARY));
    await serving('guarded');
    const guarded = await readinessServer({ '*': 401 });
    await inCanary(await releases('guarded', guarded, CANARY, { healthPath: 'none' }));
  }, 60_000);

  it('says so at a path of its own', async () => {
    await serving('own');
    const server = await readinessServer({ '/up?deep=1': 503, '*': 200 });
    const id = await releases('own', server, CANARY, { healthPath: '/up?deep=1' });
    const waits = await eventually(
      () => rollout(id),
      ({ decision }) => /503 at \/up\?deep=1/.test(decision?.because ?? ''),
    );
    expect(waits).toMatchObject({ state: 'pending' });
    expect(await call('GET', '/models/own/versions/2')).toMatchObject({ healthPath: '/up?deep=1' });
    server.answers = { '/up?deep=1': 204 };
    await inCanary(id);
    expect(server.asked.get('/v2/health/ready')).toBeUndefined();
  }, 60_000);

  it.each(['', 'up', '/a b', '/a#b', '//x\n', 'http://127.0.0.1/'])(
    'refuses the health path %j',
    async (healthPath) => {
      const server = await readinessServer(READY);
      const body = { createModel: true, servingUrl: server.url, healthPath };
      const refused = await call('POST', '/models/paths/versions', body);
      expect(refused).toMatchObject({ status: 422, code: 'request_invalid' });
      expect(refused['errors'][0]).toMatchObject({ pointer: '/healthPath' });
    },
  );
});
