import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Json, startApi, type TestApi } from '../support/api.ts';
import { startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

let api: TestApi;
let server: TestModelServer;
beforeAll(async () => {
  api = await startApi();
  server = await startModelServer((_request, _body, response) => response.end('{}'));
});
afterAll(async () => {
  await api.close();
  await server.stop();
});

const encoded = encodeURIComponent;
const version = (more: Json) => ({ servingUrl: server.url, createModel: true, ...more });

describe('names that people give', () => {
  it.each([
    'with blanks in it',
    'Ünïcödé 模型 🚀',
    'e\u0301 combining',
    'percent%20sign',
    'quotes\'"`;--',
    '{model}',
    '?query=1#hash',
    '..hidden',
    'x'.repeat(255),
    '模'.repeat(256),
    '🚀'.repeat(128),
    '-1',
    'null',
    'prototype',
    'constructor',
  ])('%j is kept as it is, everywhere', async (name) => {
    const made = await api.call(
      'POST',
      `/models/${encoded(name)}/versions`,
      version({ tags: { [name.slice(0, 250)]: name } }),
    );
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ model: name, version: 1 });
    expect(Object.entries(made.body['tags'])).toEqual([[name.slice(0, 250), name]]);
    expect((await api.call('GET', `/models/${encoded(name)}`)).body['name']).toBe(name);
    const alias = await api.call('PUT', `/models/${encoded(name)}/aliases/champion`, { version: 1 });
    expect(alias.status).toBe(200);
    const query = new URLSearchParams({ name, alias: 'champion' }).toString();
    const byAlias = await api.call('GET', `/api/2.0/mlflow/registered-models/alias?${query}`);
    expect(byAlias.body['model_version']).toMatchObject({ name, version: '1', aliases: ['champion'] });
    const consumer = `of ${name.slice(0, 200)}`.trimEnd();
    const upstreams = [{ model: name, version: 1 }];
    expect(
      (await api.call('POST', `/models/${encoded(consumer)}/versions`, version({ upstreams }))).status,
    ).toBe(201);
    expect(
      (await api.call('GET', `/audit?${new URLSearchParams({ model: name }).toString()}`)).body['items']
        .length,
    ).toBeGreaterThan(1);
  });

  it.each([
    ['with/slash'],
    ['with:colon'],
    ['nul\0inside'],
    ['line\nbreak'],
    [' blank before'],
    ['blank behind '],
    ['.'],
    ['..'],
    ['x'.repeat(257)],
    ['half a pair \ud800'],
    [''],
  ])('%j is refused, with where it is', async (name) => {
    const { body } = await api.call('POST', '/models', { name });
    expect(body).toMatchObject({ status: 422, code: 'request_invalid', errors: [{ pointer: '/name' }] });
  });
});

describe('tags at their limits', () => {
  const tagged = (tags: Json | string) =>
    api.call(
      'POST',
      '/models/tagged/versions',
      typeof tags === 'string' ? `{"servingUrl":"${server.url}","tags":${tags}}` : version({ tags }),
    );
  it('the longest are kept', async () => {
    const tags = { ['k'.repeat(250)]: 'v'.repeat(5_000), empty: '' };
    expect((await tagged(tags)).body['tags']).toEqual(tags);
  });
  it.each([
    ['a key of 251', { ['k'.repeat(251)]: 'v' }],
    ['a value of 5,001', { k: 'v'.repeat(5_001) }],
    ['an empty key', { '': 'v' }],
    ['a key that JavaScript would lose', '{"__proto__": "v"}'],
    ['a number', { k: 1 }],
    ['a NUL in a value', { k: 'a\0b' }],
    ['a NUL in a key', { 'a\0b': 'v' }],
    ['half a pair in a value', { k: '\udc00' }],
  ])('%s is refused', async (_what, tags) => {
    const answer = await tagged(tags);
    expect([400, 422]).toContain(answer.status);
    expect(answer.body['code']).toMatch(/^(request_invalid|json_malformed|bad_request)$/);
  });
});

describe('what no client should send', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  it.each<[string, string, string, unknown, number]>([
    [
      '10,000 upstreams',
      'POST',
      '/models/odd/versions',
      { upstreams: Array(10_000).fill({ model: 'x', version: 1 }) },
      422,
    ],
    ['10,000 golden requests', 'PUT', '/models/odd/golden', { items: Array(10_000).fill({}) }, 422],
    ['a version as a string', 'PUT', '/models/odd/aliases/a', { version: '1' }, 422],
    ['a version beyond 32 bits', 'PUT', '/models/odd/aliases/a', { version: 4_294_967_297 }, 422],
    ['a number where a text is due', 'POST', '/models', { name: 7 }, 422],
    ['a list in place of an object', 'POST', '/models', [], 422],
    ['nothing', 'POST', '/models', undefined, 422],
    ['a text', 'POST', '/models', '"name"', 422],
    ['broken JSON', 'POST', '/models', '{"name": ', 400],
    ['__proto__ as a key', 'POST', '/models', '{"name": "p", "__proto__": {"admin": true}}', 400],
    [
      'a signature nested 100,000 deep',
      'POST',
      '/models/odd/versions',
      `{"servingUrl":"http://127.0.0.1:9","signature":${nested(100_000)}}`,
      422,
    ],
    ['a policy nested 10,000 deep', 'PUT', '/models/odd/policy', `{"steps":${nested(10_000)}}`, 422],
    ['a NUL in a path', 'GET', '/models/a%00b', undefined, 422],
    ['a NUL in an alias', 'GET', '/models/odd/aliases/a%00b', undefined, 422],
    ['a NUL in a query', 'GET', '/models?filter=name%20%3D%20%27a%00b%27', undefined, 422],
    ['bytes that are no UTF-8 in a path', 'GET', '/models/%ff', undefined, 400],
    ['a version that is a word', 'GET', '/models/odd/versions/latest', undefined, 422],
    ['version 0', 'GET', '/models/odd/versions/0', undefined, 422],
    ['a version beyond all numbers', 'GET', '/models/odd/versions/99999999999999999999', undefined, 422],
    ['version 1e3', 'GET', '/models/odd/versions/1e3', undefined, 404],
    ['a method that is not served', 'PUT', '/models/odd', {}, 405],
    ['a body of more than 4 MB', 'POST', '/models', `{"name": "${'x'.repeat(4_200_000)}"}`, 413],
    ['an unknown key', 'POST', '/models', { name: 'a', colour: 'red' }, 422],
  ])('%s: a clear answer', async (_what, method, path, body, status) => {
    await api.call('POST', '/models', { name: 'odd' });
    const answer = await api.call(method, path, body);
    expect([answer.status, answer.body?.['status']]).toEqual([status, status]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body['detail'].length).toBeGreaterThan(10);
    expect((await api.call('GET', '/models/odd')).body['name']).toBe('odd');
  });

  it('numbers keep their values, and texts that look like numbers stay texts', async () => {
    const signature = { a: 0.1, b: 1e21, c: -0.5, d: '007', e: [null, true, ''], f: 9_007_199_254_740_991 };
    const made = await api.call(
      'POST',
      '/models/exact/versions',
      version({ signature, metrics: { m: 1e-300 } }),
    );
    expect(made.body['signature']).toEqual(signature);
    expect(made.body['metrics']).toEqual({ m: 1e-300 });
  });
});
