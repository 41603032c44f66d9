import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApi, type Json, type TestApi } from '../support/api.ts';
import { eventually } from '../support/installation.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  for (const name of ['search-ranker', 'search-embedder', 'fraud', 'searching'])
    await api.call('POST', '/models', { name });
});
afterAll(() => api.close());

const make = async (grant: Json): Promise<Json> => {
  const { status, body } = await api.call('POST', '/tokens', { name: 'team', ...grant });
  expect([status, body]).toEqual([201, expect.objectContaining({ token: expect.stringMatching(/^us_/) })]);
  return body;
};
const audit = async (): Promise<Json[]> => (await api.call('GET', '/audit?pageSize=200')).body['items'];

describe('a token that is bound to models', () => {
  let token: string;
  beforeAll(async () => {
    token = (await make({ role: 'operator', models: ['search-*'] }))['token'];
  });

  it.each<[string, string, Json?]>([
    ['GET', '/models/fraud'],
    ['PATCH', '/models/fraud', { description: 'mine' }],
    ['GET', '/models/searching/versions'],
    ['POST', '/models/fraud/versions', { servingUrl: 'http://127.0.0.1:1', rollout: false }],
    ['PUT', '/models/fraud/policy', {}],
    ['POST', '/models', { name: 'fraud-2' }],
    ['PATCH', '/models/search-ranker', { name: 'fraud-3' }],
    ['GET', '/audit'],
    ['GET', '/audit?model=fraud'],
    ['GET', '/audit/verify'],
    ['GET', '/api/2.0/mlflow/registered-models/get?name=fraud'],
    ['GET', '/api/2.0/mlflow/registered-models/get?name=search-ranker&name=fraud'],
    ['POST', '/api/2.0/mlflow/registered-models/create', { name: 'fraud-4' }],
    ['POST', '/api/2.0/mlflow/registered-models/rename', { name: 'search-ranker', new_name: 'fraud-5' }],
    ['POST', '/api/2.0/mlflow/model-versions/create', { name: 'fraud', source: 'runs:/1/m' }],
    ['DELETE', '/api/2.0/mlflow/registered-models/delete', { name: 'fraud' }],
  ])('may not: %s %s', async (...[method, path, body]) => {
    const answer = await api.call(method, path, body, token);
    expect(answer.status).toBe(403);
    expect(JSON.stringify(answer.body)).toMatch(/bound to the models search-\*/);
  });

  it('may do with its own what it may do', async () => {
    const ask = async (method: string, path: string, body?: Json) =>
      (await api.call(method, path, body, token)).status;
    expect(await ask('GET', '/models/search-ranker')).toBe(200);
    expect(await ask('PATCH', '/models/search-ranker', { description: 'ours' })).toBe(200);
    expect(await ask('POST', '/models', { name: 'search-new' })).toBe(201);
    expect(await ask('GET', '/audit?model=search-ranker')).toBe(200);
    expect(await ask('GET', '/api/2.0/mlflow/registered-models/get?name=search-ranker')).toBe(200);
  });

  it('sees its own in lists, and no other', async () => {
    const names = (items: Json[]) => items.map((item) => item['name']);
    const { body } = await api.call('GET', '/models', undefined, token);
    expect(names(body['items'])).toEqual(['search-embedder', 'search-new', 'search-ranker']);
    const mlflow = await api.call('GET', '/api/2.0/mlflow/registered-models/search', undefined, token);
    expect(names(mlflow.body['registered_models'])).toEqual([
      'search-embedder',
      'search-new',
      'search-ranker',
    ]);
    await api.call('POST', '/api/2.0/mlflow/model-versions/create', { name: 'fraud', source: 'runs:/1/m' });
    await api.call('POST', '/api/2.0/mlflow/model-versions/create', {
      name: 'search-new',
      source: 'runs:/1/m',
    });
    const versions = await api.call('GET', '/api/2.0/mlflow/model-versions/search', undefined, token);
    expect(names(versions.body['model_versions'])).toEqual(['search-new']);
    // A pattern's own characters are letters, not wildcards.
    const odd = await make({ role: 'viewer', models: ['search_*', 'fr%'] });
    expect((await api.call('GET', '/models', undefined, odd['token'])).body['items']).toEqual([]);
  });

  it('touches no rollout of another model', async () => {
    const started = await api.call('POST', '/models/fraud/rollouts', { version: 1 });
    expect(started.status).toBe(201);
    const { id } = started.body;
    for (const path of ['', '/events', '/evidence', '/samples'])
      expect((await api.call('GET', `/rollouts/${id}${path}`, undefined, token)).status).toBe(403);
    expect((await api.call('POST', `/rollouts/${id}/abort`, { reason: 'x' }, token)).status).toBe(403);
  });

  it('sends feedback of its own only', async () => {
    const { token: sender } = await make({ scopes: ['feedback'], models: ['search-*'] });
    const item = { unit: 'u', metric: 'click', value: 1, at: new Date().toISOString(), id: 'one' };
    const send = (model: string) => api.call('POST', '/feedback', { items: [{ ...item, model }] }, sender);
    expect((await send('search-ranker')).status).toBe(200);
    expect((await send('fraud')).body).toMatchObject({ code: 'model_not_allowed' });
  });

  it('is not made with a scope that is of all models', async () => {
    for (const scope of ['admin', 'gateway']) {
      const answer = await api.call('POST', '/tokens', { name: 'x', scopes: [scope], models: ['a'] });
      expect(answer.body).toMatchObject({ status: 422, code: 'scope_unbindable' });
    }
  });
});

describe('rotation', () => {
  it('gives a new token with the same rights; the old one goes on for the overlap', async () => {
    const old = await make({ role: 'viewer', models: ['search-*'], owner: 'anna' });
    const { status, body } = await api.call('POST', `/tokens/${old['id']}/rotate`, { overlap: '1h' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ scopes: ['read'], models: ['search-*'], owner: 'user:anna' });
    const left = Date.parse(body['oldExpiresAt']) - Date.now();
    expect(left).toBeGreaterThan(3_500_000);
    expect(left).toBeLessThan(3_700_000);
    for (const token of [old['token'], body['token']])
      expect((await api.call('GET', '/models/search-ranker', undefined, token)).status).toBe(200);
    await api.call('POST', `/tokens/${body['id']}/rotate`, { overlap: '0s' });
    expect((await api.call('GET', '/models/search-ranker', undefined, body['token'])).status).toBe(401);
  });

  it('repeated with its key, gives the same token, which is stored sealed', async () => {
    const { id } = await make({ role: 'viewer' });
    const rotate = () =>
      api.call('POST', `/tokens/${id}/rotate`, { overlap: '1h' }, undefined, { 'idempotency-key': 'once' });
    const [first, second] = [await rotate(), await rotate()];
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
  });
});

describe('the record of the installation', () => {
  it('says who made, rotated and revoked which token, and never the token', async () => {
    const made = await make({ role: 'publisher', name: 'to be revoked' });
    await api.call('DELETE', `/tokens/${made['id']}`);
    const items = await audit();
    const ours = items.filter((item) => item['data'].id === made['id']);
    expect(ours.map((item) => item['type'])).toEqual(['token.revoked', 'token.issued']);
    expect(ours[0]).toMatchObject({ model: null, actor: 'token:admin', data: { name: 'to be revoked' } });
    expect(JSON.stringify(items)).not.toMatch(/us_[0-9A-Za-z]{36}/);
  });

  it('has every refusal, equal ones counted', async () => {
    const { token } = await make({ role: 'viewer', name: 'looker' });
    const tries = 5;
    for (let i = 0; i < tries; i++) await api.call('DELETE', '/models/fraud', undefined, token);
    await api.call('GET', '/models/fraud', undefined, null);
    await api.call('GET', '/models/fraud', undefined, 'us_wrong');
    await api.call('GET', '/api/2.0/mlflow/registered-models/get?name=fraud', undefined, null);
    const refusals = async () => (await audit()).filter(({ type }) => type === 'access.refused');
    const found = await eventually(refusals, (all) =>
      all.filter(({ data }) => data.route.includes('mlflow')).some(({ actor }) => actor === 'nobody'),
    );
    const of = (code: string, actor: string) =>
      found.filter((item) => item['actor'] === actor && item['data'].code === code);
    const denied = of('scope_missing', 'token:looker');
    expect(denied.reduce((sum, { data }) => sum + data.count, 0)).toBe(tries);
    expect(denied[0]?.['data']).toMatchObject({
      ...{ method: 'DELETE', route: '/api/v1/models/:model', model: 'fraud', status: 403 },
    });
    expect(of('token_missing', 'nobody').length).toBeGreaterThanOrEqual(2);
    expect(of('token_malformed', 'nobody').length).toBeGreaterThanOrEqual(1);
    expect((await api.call('GET', '/audit/verify')).body).toMatchObject({ intact: true });
  });
});
