import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Json, startApi, type TestApi } from '../support/api.ts';
import { startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

let api: TestApi;
let server: TestModelServer;
beforeAll(async () => {
  api = await startApi();
  server = await startModelServer((_request, _body, response) => response.end('{}'));
  await api.call('POST', '/models/m/versions', { servingUrl: server.url, createModel: true });
});
afterAll(async () => {
  await api.close();
  await server.stop();
});

const token = (text: string): string => Buffer.from(text).toString('base64url');
const ID = '0d9f4dd6-35d5-4b43-9c0c-5c1f3a2b1e00';
const LISTS = [
  ...['/models', '/models?orderBy=createdAt', '/models/m/versions', '/models/m/versions?orderBy=updatedAt'],
  ...['/rollouts', '/audit', '/models/m/versions/1/metrics'],
];
const TOKENS: readonly (readonly [what: string, token: string])[] = [
  ['no base64', '%%%'],
  ['a NUL in JSON', token('["a\\u0000"]')],
  ['half a pair in JSON', token('["\\ud800"]')],
  ['a NUL', token('1 a\0')],
  ['a number beyond 64 bits', token('["99999999999999999999","a"]')],
  ['a time beyond all times', token(`99999999999999999 ${ID}`)],
  ['a time beyond all times, with a number', token(`9999999999999999 ${ID} 1`)],
  ['a number beyond 32 bits', token(`1 ${ID} 99999999999`)],
  ['a step beyond 32 bits', token('9999999999 a')],
  ['what is no id', token(`1 ${'-'.repeat(36)}`)],
  ['what is no id, with a number', token(`1 ${'-'.repeat(36)} 1`)],
];

describe.each(LISTS)('%s', (list) => {
  it.each(TOKENS)('a page token of %s is refused, or means a page', async (_what, pageToken) => {
    const url = `${list}${list.includes('?') ? '&' : '?'}pageToken=${encodeURIComponent(pageToken)}`;
    const { status, body } = await api.call('GET', url);
    if (status !== 200) expect(body).toMatchObject({ status: 400, code: 'page_token_invalid' });
  });
});

it.each([
  ["name LIKE 'a\\'", 200],
  ["name ILIKE 'a\\\\\\'", 200],
  ["tags.x LIKE 'a\\'", 200],
  ["tags.x ILIKE '\\'", 200],
])('the filter %s is answered', async (filter, status) => {
  expect((await api.call('GET', `/models?filter=${encodeURIComponent(filter)}`)).status).toBe(status);
  const mlflow = `/api/2.0/mlflow/registered-models/search?filter=${encodeURIComponent(filter)}`;
  expect((await api.call('GET', mlflow)).status).toBe(status);
});

it('MLflow: times before all times, and pages behind all pages', async () => {
  const search = (query: Record<string, string>) =>
    api.call('GET', `/api/2.0/mlflow/model-versions/search?${new URLSearchParams(query).toString()}`);
  const times = await search({ filter: 'creation_timestamp > -999999999999999' });
  expect([200, 400]).toContain(times.status);
  const page = Buffer.from('{"offset":1e300}').toString('base64');
  expect((await search({ page_token: page })).status).toBe(400);
});

describe('a name that nobody can see', () => {
  const UNSEEN = ['m\u200b', 'm\u202egnp', '\u2066m', 'm\u00ad', 'm\u3164'];
  const DOORS: Readonly<
    Record<string, (name: string) => readonly [method: string, path: string, body: Json]>
  > = {
    'a new model': (name) => ['POST', '/models', { name }],
    'a new version': (name) => [
      'POST',
      `/models/${encodeURIComponent(name)}/versions`,
      { servingUrl: server.url, createModel: true },
    ],
    'another name': (name) => ['PATCH', '/models/m', { name }],
    "MLflow's new model": (name) => ['POST', '/api/2.0/mlflow/registered-models/create', { name }],
    "MLflow's other name": (name) => [
      'POST',
      '/api/2.0/mlflow/registered-models/rename',
      { name: 'm', new_name: name },
    ],
  };
  it.each(Object.entries(DOORS))('is refused for %s', async (_door, ask) => {
    for (const name of UNSEEN) {
      const { status, body } = await api.call(...ask(name));
      expect([400, 422]).toContain(status);
      expect(JSON.stringify(body)).toMatch(/U\+[0-9A-F]{4}/);
    }
  });
});
