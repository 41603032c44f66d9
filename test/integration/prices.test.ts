import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Json, startApi, type TestApi } from '../support/api.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/** What tokens cost: who hears what, and when, of a gate on money. */
let api: TestApi;
let server: TestModelServer;
beforeAll(async () => {
  [api, server] = await Promise.all([startApi(), startModelServer((_q, _b, response) => json(response, {}))]);
});
afterAll(async () => {
  await api.close();
  await server.stop();
});

const STEPS = [
  { canary: { weight: '10%', minRequests: 100, maxDuration: '1h' } },
  { bake: { duration: '1m' } },
];
const policyWith = (gate: Json): Json => ({ name: 'money', steps: STEPS, gates: [gate] });
const RATIO = policyWith({ metric: 'cost_mean', maxIncreaseRatio: 1.2 });
const AMOUNT = policyWith({ metric: 'cost_mean', maxIncrease: 0.001 });

/** A model with a primary, version 1, and version 2 beside it. */
async function modelWithPrimary(name: string): Promise<void> {
  for (const [version, rollout] of [
    [1, { policy: { name: 'at once', steps: [], gates: [], promoteWhen: 'notFailed' } }],
    [2, false],
  ] as const) {
    const made = await api.call('POST', `/models/${name}/versions`, {
      ...{ createModel: true, servingUrl: server.url, healthPath: 'none', rollout },
    });
    expect([made.status, made.body['version']?.version ?? made.body['version']]).toEqual([201, version]);
    if (version === 1)
      expect(
        (await api.call('POST', `/models/${name}/promote`, { version: 1, reason: 'x' })).status,
      ).toBeLessThan(300);
  }
}
const release = (model: string, policy?: Json) =>
  api.call('POST', `/models/${model}/rollouts`, { version: 2, ...(policy ? { policy } : {}) });

it.each<[string, unknown]>([
  ['below nothing', { input: -1, output: 1 }],
  ['beyond all reason', { input: 1e7, output: 1 }],
  ['infinite', '{"input":1e999,"output":1}'],
  ['not a number', '{"input":NaN,"output":1}'],
  ['text', { input: '1', output: 1 }],
  ['half of them', { input: 1 }],
  ['cached input alone', { cachedInput: 1 }],
  ['a version that is none', { versions: { latest: { input: 1, output: 1 } } }],
  ['a version with half of them', { versions: { 2: { input: 1 } } }],
  ['a word that nobody knows', { input: 1, output: 1, reasoning: 1 }],
])('refuses prices that are %s, and says where', async (_name, body) => {
  await api.call('POST', '/models', { name: 'odd' });
  const { status, body: said } = await api.call('PUT', '/models/odd/prices', body);
  expect([400, 422]).toContain(status);
  expect(said['detail']).toMatch(/.{10}/);
  expect((await api.call('GET', '/models/odd/prices')).body).toEqual({ versions: {} });
});

it('keeps prices as they were said, shows them, and notes who has changed them', async () => {
  await api.call('POST', '/models', { name: 'kept' });
  const prices = { input: 2.5, output: 10, cachedInput: 0, versions: { 2: { input: 0, output: 0.6 } } };
  for (const _twice of [1, 2])
    expect(await api.call('PUT', '/models/kept/prices', prices)).toMatchObject({ status: 200, body: prices });
  expect((await api.call('GET', '/models/kept')).body['prices']).toEqual(prices);
  const { body } = await api.call('GET', '/audit?model=kept&pageSize=200');
  const noted = body['items'].filter(({ type }: Json) => type === 'model.prices_replaced');
  expect(noted).toHaveLength(1);
  expect(noted[0].data.prices.versions).toEqual(prices.versions);
  expect((await api.call('PUT', '/models/kept/prices', {})).body).toEqual({ versions: {} });
});

it('says at the release, and where a policy is set, that a gate on money has no prices, and how to set them', async () => {
  await modelWithPrimary('unpriced');
  for (const refused of [
    await api.call('PUT', '/models/unpriced/policy', RATIO),
    await release('unpriced', RATIO),
  ]) {
    expect(refused).toMatchObject({ status: 422, body: { code: 'prices_missing' } });
    expect(refused.body['detail']).toContain('PUT /api/v1/models/unpriced/prices');
    expect(refused.body['errors'][0]).toMatchObject({ pointer: '/policy/gates/0' });
  }
  // The candidate has some, what it is compared with has none.
  await api.call('PUT', '/models/unpriced/prices', { versions: { 2: { input: 1, output: 1 } } });
  const half = await release('unpriced', RATIO);
  expect(half).toMatchObject({ status: 422, body: { code: 'prices_missing' } });
  expect(half.body['detail']).toContain('version 1');
});

it('a multiple of nothing is refused; an amount above nothing is judged', async () => {
  await modelWithPrimary('free');
  const versions = { 2: { input: 1, output: 1 } };
  await api.call('PUT', '/models/free/prices', { input: 0, output: 0, versions });
  expect(await release('free', RATIO)).toMatchObject({ status: 422, body: { code: 'price_of_nothing' } });
  expect((await release('free', AMOUNT)).status).toBe(201);
});

it('prices stay while a rollout counts on them, and while the policy asks for them', async () => {
  await modelWithPrimary('counted');
  const prices = { input: 1, output: 2, versions: {} };
  await api.call('PUT', '/models/counted/prices', prices);
  expect((await api.call('PUT', '/models/counted/policy', RATIO)).status).toBe(200);
  const { status, body } = await release('counted');
  expect(status).toBe(201);
  const other = { input: 9, output: 9 };
  expect(await api.call('PUT', '/models/counted/prices', other)).toMatchObject({
    ...{ status: 409, body: { code: 'rollout_running' } },
  });
  expect((await api.call('PUT', '/models/counted/prices', prices)).status).toBe(200);
  await api.call('POST', `/rollouts/${body['id']}/abort`, { reason: 'x' });
  expect((await api.call('PUT', '/models/counted/prices', other)).status).toBe(200);
  expect(await api.call('PUT', '/models/counted/prices', {})).toMatchObject({
    ...{ status: 409, body: { code: 'prices_needed' } },
  });
});
