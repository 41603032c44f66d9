import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from '../support/api.ts';
import { eventually, startInstallation, type Installation } from '../support/installation.ts';
import {
  READY,
  readinessServer,
  stopReadinessServers,
  type ReadinessServer,
} from '../support/model-servers/readiness-server.ts';

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
async function serving(
  model: string,
  answers = READY as ReadinessServer['answers'],
): Promise<ReadinessServer> {
  const server = await readinessServer(answers);
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

const STEPS = {
  ...{ name: 'steps', gates: [], promoteWhen: 'notFailed', onUndecided: 'pause', onNoData: 'pause' },
  steps: [
    { canary: { weight: '50%', minRequests: 5, minDuration: '3s', maxDuration: '1h' } },
    { canary: { weight: '99%', minRequests: 1_000, maxDuration: '1h' } },
  ],
};
const deployment = async (model: string, version: number): Promise<Json> =>
  (await call('GET', `/models/${model}/versions/${version}`))['deployment'];
const becomes = (model: string, version: number, state: string): Promise<Json> =>
  eventually(
    () => deployment(model, version),
    (found) => found?.state === state,
    60_000,
  );
const eventsOf = async (model: string): Promise<Json[]> =>
  (await call('GET', `/audit?model=${model}&pageSize=100`))['items'];

describe('a server that was ready', () => {
  it('and is not in the middle of a canary: no further step, until it is again', async () => {
    await serving('leaves');
    const server = await readinessServer(READY);
    const id = await releases('leaves', server, STEPS);
    await inCanary(id);
    // It goes on answering predictions: no error, no trip.
    server.answers = { '/v2/health/ready': 503 };
    for (let i = 0; i < 40; i++) expect((await asks('leaves')).status).toBe(200);
    const held = await eventually(
      () => rollout(id),
      ({ decision }) => /not ready.*503.*then: .*99%/.test(decision?.because ?? ''),
      60_000,
    );
    expect(held).toMatchObject({ state: 'running', step: { index: 0 } });
    await becomes('leaves', 2, 'not_ready');
    const skipped = await call('POST', `/rollouts/${id}/skip`, { reason: 'now' });
    expect(skipped).toMatchObject({ status: 409, code: 'version_not_ready' });
    const promoted = await call('POST', '/models/leaves/promote', { version: 2, reason: 'now' });
    expect(promoted).toMatchObject({ status: 409, code: 'version_not_ready' });
    server.answers = READY;
    await eventually(
      () => rollout(id),
      ({ step }) => step?.index === 1,
      60_000,
    );
    const types = (await eventsOf('leaves')).map(({ type, data }) => `${type} ${data['role'] ?? ''}`);
    expect(types).toEqual(expect.arrayContaining(['version.not_ready candidate', 'version.ready candidate']));
  }, 180_000);

  it('and was scaled down long ago: said so, and no rollback sends callers there', async () => {
    const first = await serving('scaled');
    const second = await readinessServer(READY);
    await call('POST', '/models/scaled/versions', { servingUrl: second.url });
    expect(await call('POST', '/models/scaled/promote', { version: 2, reason: 'test' })).toMatchObject({
      primary: 2,
    });
    await eventually(
      () => deployment('scaled', 1),
      (found) => found?.state === 'ready',
      60_000,
    );
    await first.stop();
    await becomes('scaled', 1, 'not_ready');
    const refused = await call('POST', '/models/scaled/rollback', { reason: 'test' });
    expect(refused).toMatchObject({ status: 409, code: 'nobody_answers' });
    for (const word of [{}, { version: 1 }])
      expect(await call('POST', '/models/scaled/rollback', { reason: 'test', ...word })).toMatchObject({
        status: 409,
      });
    // It is there again, and still loads.
    first.answers = { '/v2/health/ready': 400 };
    await first.start();
    expect(await call('POST', '/models/scaled/rollback', { reason: 'test' })).toMatchObject({
      ...{ status: 409, code: 'nobody_answers' },
      detail: expect.stringMatching(/version 1 is not ready at .*: it answers 400/),
    });
    expect((await asks('scaled')).status).toBe(200);
    first.answers = READY;
    expect(await call('POST', '/models/scaled/rollback', { reason: 'test' })).toMatchObject({
      status: 200,
      primary: 1,
    });
  }, 180_000);

  it.each([404, 405, 500])(
    'and whose port another program took, which answers %i to everything: no rollback sends callers there',
    async (status) => {
      const model = `taken-${status}`;
      const answers = { '/health': 200 };
      const first = await serving(model, answers);
      const second = await readinessServer(READY);
      await call('POST', `/models/${model}/versions`, { servingUrl: second.url });
      expect(await call('POST', `/models/${model}/promote`, { version: 2, reason: 'test' })).toMatchObject({
        primary: 2,
      });
      await eventually(
        () => deployment(model, 1),
        (found) => /200 at \/health/.test(found?.because ?? ''),
        60_000,
      );
      first.answers = { '*': status };
      const refused = await call('POST', `/models/${model}/rollback`, { reason: 'test' });
      expect(refused).toMatchObject({ status: 409, code: 'nobody_answers' });
      expect(refused['detail']).toContain(`it answers ${status} at /health`);
      first.answers = answers;
      expect(await call('POST', `/models/${model}/rollback`, { reason: 'test' })).toMatchObject({
        status: 200,
        primary: 1,
      });
    },
    120_000,
  );

  it('and never said where it is ready: 404 is as good as ever, an error of its own is not', async () => {
    const first = await serving('plain-back', { '*': 404 });
    const second = await readinessServer(READY);
    await call('POST', '/models/plain-back/versions', { servingUrl: second.url });
    const forward = () => call('POST', '/models/plain-back/promote', { version: 2, reason: 'test' });
    const back = () => call('POST', '/models/plain-back/rollback', { reason: 'test', version: 1 });
    expect(await forward()).toMatchObject({ primary: 2 });
    expect(await back()).toMatchObject({ status: 200, primary: 1 });
    expect(await forward()).toMatchObject({ primary: 2 });
    first.answers = { '*': 500 };
    expect(await back()).toMatchObject({ status: 409 });
  }, 60_000);

  it('and is the primary: shown, told to whoever subscribes, and nothing is moved', async () => {
    const server = await serving('primary-gone');
    await becomes('primary-gone', 1, 'ready');
    await server.stop();
    expect(await becomes('primary-gone', 1, 'not_ready')).toMatchObject({
      because: expect.stringMatching(/nobody answers/),
      since: expect.any(String),
    });
    expect(await call('GET', '/models/primary-gone')).toMatchObject({ primary: 1 });
    await server.start();
    await becomes('primary-gone', 1, 'ready');
    const types = (await eventsOf('primary-gone'))
      .filter(({ type }) => type.startsWith('version.') && type !== 'version.registered')
      .map(({ type, data }) => [type, data['role']]);
    expect(types).toEqual([
      ['version.ready', 'primary'],
      ['version.not_ready', 'primary'],
    ]);
    // Once for each change, however many probes there were; and never more often than every second.
    expect(server.asked.get('/v2/health/ready')).toBeLessThan(40);
  }, 180_000);

  it('and is sent callers by force only', async () => {
    await serving('forced');
    const dead = await readinessServer({ '*': 500 });
    await call('POST', '/models/forced/versions', { servingUrl: dead.url });
    const word = { version: 2, reason: 'test' };
    expect(await call('POST', '/models/forced/promote', word)).toMatchObject({
      ...{ status: 409, code: 'version_not_ready' },
      detail: expect.stringMatching(/500 at \/v2\/health\/ready/),
    });
    expect(await call('POST', '/models/forced/promote', { ...word, force: true })).toMatchObject({
      primary: 2,
    });
  });
});

describe('a version of two replicas', () => {
  const two = async (): Promise<readonly [ReadinessServer, ReadinessServer]> => [
    await readinessServer(READY),
    await readinessServer(READY),
  ];
  const stateOf = async (model: string, version: number): Promise<Json> =>
    (await call('GET', `/models/${model}/versions/${version}`))['deployment'];

  it('is ready when both are; stays so with one; moves no callers then, and can be gone back to', async () => {
    await serving('pair');
    const [one, other] = await two();
    other.answers = { '/v2/health/ready': 503 };
    const servingUrls = [`${one.url}?code=s3cret`, other.url];
    const policy = CANARY;
    const made = await call('POST', '/models/pair/versions', { servingUrls, rollout: { policy } });
    expect(made).toMatchObject({ status: 201, servingUrl: servingUrls[0], servingUrls });
    const id = made['rollout'].id as string;
    const waiting = await eventually(
      () => stateOf('pair', 2),
      (now) => now?.because.includes('1 of 2'),
    );
    expect(waiting).toMatchObject({ state: 'starting', because: expect.stringContaining(other.url) });
    expect((await rollout(id)).state).toBe('pending');
    other.answers = READY;
    await inCanary(id);
    // Gateways get both, in the order that was given.
    await eventually(
      () => stateOf('pair', 2),
      ({ state }) => state === 'ready',
    );
    await other.stop();
    const half = await eventually(
      () => stateOf('pair', 2),
      ({ because }) => because.includes('1 of 2'),
    );
    expect(half).toMatchObject({ state: 'ready' });
    // Nobody who is elsewhere comes there.
    const refused = await call('POST', '/models/pair/promote', { version: 2, reason: 'test' });
    expect(refused).toMatchObject({ status: 409, code: 'version_not_ready' });
    expect(refused['detail']).toContain(other.url);
    await other.start();
    expect(await call('POST', '/models/pair/promote', { version: 2, reason: 'test' })).toMatchObject({
      status: 200,
    });
    const third = await readinessServer(READY);
    await call('POST', '/models/pair/versions', { servingUrl: third.url });
    await call('POST', '/models/pair/promote', { version: 3, reason: 'test' });
    await other.stop();
    expect(await call('POST', '/models/pair/rollback', { reason: 'test' })).toMatchObject({
      status: 200,
      primary: 2,
    });
    expect(await asks('pair').then(({ status }) => status)).toBe(200);
    const record = JSON.stringify(await call('GET', '/audit?pageSize=200'));
    expect(record).toContain('servingUrls');
    expect(record).not.toContain('s3cret');
  }, 60_000);

  it('is refused where one answers nobody, by its place; asked again, it is registered once', async () => {
    const [one, other] = await two();
    await other.stop();
    const servingUrls = [one.url, `${other.url}/?code=s3cret`];
    const body = { createModel: true, servingUrls, rollout: false };
    const refused = await call('POST', '/models/half/versions', body);
    expect(refused).toMatchObject({ status: 422, code: 'serving_url_unreachable' });
    expect(refused['errors']).toMatchObject([{ pointer: '/servingUrls/1' }]);
    expect(JSON.stringify(refused)).not.toContain('s3cret');
    await other.start();
    const key = { 'idempotency-key': 'half-1' };
    const first = await its.api.call('POST', '/models/half/versions', body, undefined, key);
    const again = await its.api.call('POST', '/models/half/versions', body, undefined, key);
    expect([first.status, again.body]).toEqual([201, first.body]);
    expect((await call('GET', '/models/half/versions'))['items']).toHaveLength(1);
  });
});
