import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { openDataSource, typeOrmUnitOfWork } from '#libs/db';
import { reconcileRollout, requireRollout, type UnitOfWork } from '#libs/engine';
import { ACTIONS } from '#libs/rollout';
import { type Json, startApi, type TestApi } from '../support/api.ts';
import { deployed, FakeGateway, reconcilePorts, register, tally } from '../support/builders.ts';
import { startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/*
 * The answer to a command says what a GET says right after it: of each rollout in it, by whichever door. No worker looks at anything here but
 * where a test says so, so what is said of a rollout that has moved is not what was said before it moved.
 */
let api: TestApi;
let server: TestModelServer;
let dataSource: DataSource;
let uow: UnitOfWork;
beforeAll(async () => {
  api = await startApi();
  server = await startModelServer((_request, _body, response) => void response.writeHead(200).end('{}'));
  dataSource = await openDataSource(api.databaseUrl, 4);
  uow = typeOrmUnitOfWork(dataSource);
});
afterAll(async () => {
  await dataSource.destroy();
  await server.stop();
  await api.close();
});

const CANARY = { canary: { weight: '50%', minRequests: 1_000, maxDuration: '1h' } };
const POLICY = {
  name: 'asks',
  steps: [
    { shadow: { minRequests: 1_000, maxDuration: '1h' } },
    CANARY,
    { approval: { approvers: 2 } },
    { bake: { duration: '1h', holdBack: '10%' } },
  ],
  gates: [{ metric: 'error_rate', maxIncrease: 0.2 }],
};
const UNASKED = { ...POLICY, steps: POLICY.steps.filter((step) => !('approval' in step)) };
const AT_ONCE = { name: 'at once', steps: [], gates: [], promoteWhen: 'notFailed' };
const GOOD = {
  primary: tally(300),
  candidate: tally(300),
  shadow: tally(300, 0, { compared: 300, agreed: 300 }),
};

const look = (id: string) => reconcileRollout(reconcilePorts(uow), id);
const get = async (id: string): Promise<Json> => (await api.call('GET', `/rollouts/${id}`)).body;
const post = (path: string, body: object = {}) => api.call('POST', path, { reason: 'a test', ...body });

async function released(model: string, policy: object, isReady = true): Promise<string> {
  const registered = await register(uow, model, { rollout: { policy }, servingUrl: server.url });
  const id = registered.rollout?.id ?? '';
  if (!isReady) return id;
  await deployed(uow, registered, 'ready', server.url);
  await look(id);
  return id;
}

/** What a rollout has gone through before the command; each ends with a look of the worker. */
const STATES: Readonly<Record<string, readonly ('route' | 'traffic' | (typeof ACTIONS)[number])[]>> = {
  'a shadow whose gateways have not followed': [],
  'a shadow that is counted': ['route', 'traffic'],
  'a canary': ['route', 'traffic', 'skip', 'route', 'traffic'],
  'a paused canary': ['route', 'skip', 'route', 'traffic', 'pause'],
  'a resumed canary': ['route', 'skip', 'route', 'traffic', 'pause', 'resume', 'route'],
  'an approval': ['route', 'skip', 'route', 'skip'],
  'an approval with one of two': ['route', 'skip', 'route', 'skip', 'approve'],
  'a bake': ['route', 'promote', 'route', 'traffic'],
  'an aborted one': ['route', 'abort'],
};

async function standing(model: string, state: string): Promise<string> {
  const gateway = new FakeGateway(uow, `gateway-${model}`);
  for (const _ of [1, 2]) await released(model, AT_ONCE);
  if (state === 'a pending one') return released(model, POLICY, false);
  const id = await released(model, state === 'a bake' ? UNASKED : POLICY);
  for (const one of STATES[state] ?? []) {
    if (one === 'route') await gateway.acknowledge(model);
    else if (one === 'traffic') await gateway.post(model, id, GOOD);
    else {
      const step = Number((await get(id))['step'].index);
      expect([one, (await post(`/rollouts/${id}/${one}`, { step })).status]).toEqual([one, 200]);
    }
    await look(id);
  }
  return id;
}

/** Which gateways live, and how long something takes, are another matter a moment later. */
const timeless = ({ waitingFor, ...said }: Json): Json => ({
  ...said,
  waitingFor: (waitingFor as string | null)?.replace(/: \d+ of \d+ have not yet.*$|, about .*$/, ''),
});

/** What the answer says of each rollout in it is what GET says of that one. */
async function expectTrue(answer: Json): Promise<number> {
  const all = [answer, answer['rollout'], ...(answer['members'] ?? [])].filter((one) => one?.['policyHash']);
  for (const said of all) {
    const { outcome: _, ...now } = said as Json;
    expect(timeless(now)).toEqual(timeless(await get(String(now['id']))));
  }
  return all.length;
}

const EVERY = ['a pending one', ...Object.keys(STATES)].flatMap((state) =>
  ACTIONS.map((action) => [state, action] as const),
);
it.each(EVERY)('of %s: %s', async (state, action) => {
  const id = await standing(`m-${randomUUID()}`, state);
  const before = await get(id);
  const { status, body } = await post(`/rollouts/${id}/${action}`);
  if (status !== 200) return expect([status, body['code']]).toEqual([409, 'action_illegal']);
  expect(await expectTrue(body)).toBe(1);
  // What was said of the step or the state before is said no more.
  const isMoved = body['state'] !== before['state'] || body['step']?.['index'] !== before['step']?.['index'];
  if (isMoved && body['waitingFor'] !== null) expect(body['waitingFor']).not.toBe(before['waitingFor']);
  const { version } = await uow.read((stores) => requireRollout(stores, id));
  const again = await post(`/models/${String(body['model'])}/rollouts`, { version, policy: body['policy'] });
  if (again.status === 201) expect(await expectTrue(again.body)).toBe(1);
});

it.each(['promote', 'rollback'])('of a model: %s', async (word) => {
  for (const state of Object.keys(STATES)) {
    const model = `m-${randomUUID()}`;
    await standing(model, state);
    const answer = await post(`/models/${model}/${word}`, word === 'promote' ? { version: 3 } : {});
    expect([state, answer.status, await expectTrue(answer.body)]).toEqual([state, 200, 1]);
  }
});

it('of a version, a manifest and a release group that are released', async () => {
  const [one, other] = [`m-${randomUUID()}`, `m-${randomUUID()}`];
  const version = { servingUrl: server.url, rollout: { policy: POLICY } };
  for (const model of [one, other]) await standing(model, 'a canary');
  const path = `/models/${one}/versions`;
  expect(await expectTrue((await api.call('POST', path, version)).body)).toBe(1);
  expect(await expectTrue((await api.call('POST', '/manifests', { model: other, ...version })).body)).toBe(1);
  const members = [one, other].map((model) => ({ model, version: 4 }));
  for (const live of [one, other]) await post(`/models/${live}/rollback`);
  const group = await api.call('POST', '/release-groups', { members, reason: 'together' });
  expect([group.status, await expectTrue(group.body)]).toEqual([201, 2]);
  const ended = await post(`/release-groups/${String(group.body['id'])}/abort`);
  expect([ended.status, await expectTrue(ended.body)]).toEqual([200, 2]);
});
