import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bucketOf } from '#libs/traffic';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

const policy = {
  name: 'by-hand',
  steps: [{ canary: { weight: '50%', minRequests: 1_000_000, maxDuration: '1h' } }],
  gates: [{ metric: 'error_rate', maxIncrease: 0.99 }],
  localTrip: false,
};

let site: Installation;
let good: TestModelServer;
let bad: TestModelServer;
beforeAll(async () => {
  site = await startInstallation();
  good = await startModelServer((_request, _body, response) => json(response, { by: 'good' }));
  bad = await startModelServer((_request, _body, response) => json(response, { by: 'bad' }, 500));
});
afterAll(async () => {
  await site.close();
  await Promise.all([good.stop(), bad.stop()]);
});

const put = (model: string, callers: unknown) => site.api.call('PUT', `/models/${model}/callers`, callers);
const route = async (model: string) => (await site.api.call('GET', `/models/${model}/route`)).body;
const register = async (model: string, servingUrl: string, rollout: unknown) => {
  const answer = await site.api.call('POST', `/models/${model}/versions`, {
    servingUrl,
    createModel: true,
    rollout,
  });
  expect(answer.status).toBe(201);
};

async function ask(model: string, headers: Record<string, string>, body: unknown = {}) {
  const init = { method: 'POST', body: JSON.stringify(body), headers };
  const response = await fetch(`${site.gatewayUrl}/models/${model}/predict`, init);
  await response.arrayBuffer();
  return { status: response.status, version: response.headers.get('x-understudy-version') };
}

/** A model whose second version gets half of its units. */
async function halved(model: string, callers: unknown, second = good): Promise<string> {
  await register(model, good.url, true);
  await eventually(
    () => ask(model, {}),
    ({ status }) => status === 200,
  );
  expect(await put(model, callers)).toMatchObject({ status: 200, body: callers });
  await register(model, second.url, { policy });
  const { salt } = await eventually(
    () => route(model),
    (r) => r['candidate']?.mode === 'canary',
  );
  await eventually(
    async () => (await site.api.call('GET', `/models/${model}/rollouts`)).body.items[0],
    (rollout) => rollout.step?.startedAt !== null,
  );
  return salt as string;
}

describe('the unit of a request is read where the model says', () => {
  const units = Array.from({ length: 40 }, (_, i) => `user ${i}`);
  it.each([
    [
      'a header',
      'by-header',
      { unit: { header: 'X-User' }, repeatable: true },
      (u: string) => [{ 'x-user': u }, {}],
    ],
    [
      'a cookie',
      'by-cookie',
      { unit: { cookie: 'sid' }, repeatable: true },
      (u: string) => [{ cookie: `a=1; sid="${u}"; b=2` }, {}],
    ],
    [
      'the body',
      'by-path',
      { unit: { jsonPath: '$.user.id' }, repeatable: true },
      (u: string) => [{ 'content-type': 'application/json' }, { user: { id: u } }],
    ],
  ] as const)('%s', async (_, model, callers, request) => {
    const salt = await halved(model, callers);
    const answers: [unit: string, version: string | null][] = [];
    for (const unit of [...units, ...units]) {
      const [headers, body] = request(unit);
      answers.push([unit, (await ask(model, headers as Record<string, string>, body)).version]);
    }
    // Anybody can tell who is on which arm.
    expect(answers).toEqual(
      [...units, ...units].map((unit) => [unit, bucketOf(salt, unit) < 5_000 ? '2' : '1']),
    );
    expect(new Set(answers.map(([, version]) => version))).toEqual(new Set(['1', '2']));
  });

  it('but not changed while a rollout counts on it', async () => {
    const refused = await put('by-header', { unit: { cookie: 'other' } });
    expect([refused.status, refused.body.code]).toEqual([409, 'rollout_running']);
    // The same again changes nothing.
    expect((await put('by-header', { unit: { header: 'X-User' } })).status).toBe(200);
  });

  it.each([
    [{ unit: { header: 'no good' } }, '/unit/header'],
    [{ unit: { header: '' } }, '/unit/header'],
    [{ unit: { jsonPath: 'user.id' } }, '/unit/jsonPath'],
    [{ unit: { jsonPath: '$' } }, '/unit/jsonPath'],
    [{ unit: { header: 'a', cookie: 'b' } }, '/unit'],
    [{ unit: 'x-user' }, '/unit'],
    [{ repeatable: 'yes' }, '/repeatable'],
    [{ sticky: true }, ''],
  ])('nonsense is told where it is: %j', async (callers, pointer) => {
    const { status, body } = await put('by-header', callers);
    expect([status, body.code]).toEqual([422, 'request_invalid']);
    expect(body.errors[0].pointer).toBe(pointer);
  });
});

describe('a model whose requests must not be repeated', () => {
  it('the caller gets what the candidate says; nobody is asked twice', async () => {
    await halved('charges', { unit: { header: 'x-user' }, repeatable: false }, bad);
    const [before, failed] = [good.hits(), bad.hits()];
    const statuses: Record<string, number> = {};
    for (let i = 0; i < 40; i++) {
      const { status } = await ask('charges', { 'x-user': `u${i}` });
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
    expect(Object.keys(statuses).sort()).toEqual(['200', '500']);
    expect(bad.hits() - failed).toBe(statuses['500']);
    expect(good.hits() - before).toBe(statuses['200']);
  });

  it('but one that no model server has seen is', async () => {
    const gone = await startModelServer((_request, _body, response) => json(response, {}));
    await halved('charges-gone', { unit: { header: 'x-user' }, repeatable: false }, gone);
    await gone.stop();
    for (let i = 0; i < 20; i++) expect((await ask('charges-gone', { 'x-user': `u${i}` })).status).toBe(200);
  });
});
