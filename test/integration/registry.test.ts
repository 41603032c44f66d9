import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApi, type TestApi } from '../support/api.ts';
import { startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import { startProcess, type TestProcess } from '../support/processes.ts';

let api: TestApi;
let second: TestProcess;
let server: TestModelServer;
beforeAll(async () => {
  api = await startApi();
  second = await startProcess('apps/api/src/main.js', { API_PORT: '0', DATABASE_URL: api.databaseUrl });
  server = await startModelServer((_request, _body, response) => response.end('{}'));
});
afterAll(async () => {
  await second.kill('SIGTERM');
  await api.close();
  await server.stop();
});

const encoded = (name: string): string => `/models/${encodeURIComponent(name)}`;
const register = (model: string, rollout: unknown = false) =>
  api.call('POST', `${encoded(model)}/versions`, { servingUrl: server.url, createModel: true, rollout });
const at = (port: number) => (path: string, body: unknown, token: string) =>
  fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('aliases', () => {
  it('point at versions, move, and are removed; every change is an event', async () => {
    await register('named');
    await register('named');
    expect((await api.call('PUT', '/models/named/aliases/champion', { version: 1 })).status).toBe(200);
    expect((await api.call('PUT', '/models/named/aliases/champion', { version: 2 })).status).toBe(200);
    // The same again changes nothing.
    expect((await api.call('PUT', '/models/named/aliases/champion', { version: 2 })).status).toBe(200);
    expect((await api.call('GET', '/models/named/aliases')).body).toEqual({
      items: [{ alias: 'champion', version: 2 }],
    });
    expect((await api.call('DELETE', '/models/named/aliases/champion')).status).toBe(204);
    expect((await api.call('DELETE', '/models/named/aliases/champion')).body).toMatchObject({
      status: 404,
      code: 'alias_not_found',
    });
    const events = (await api.call('GET', '/audit?model=named')).body['items'] as { type: string }[];
    const ofAliases = events.map(({ type }) => type).filter((type) => type.startsWith('alias.'));
    expect(ofAliases.sort()).toEqual(['alias.removed', 'alias.set', 'alias.set']);
  });

  it.each([
    ['primary', 1, 422, 'alias_reserved'],
    ['latest', 1, 422, 'alias_reserved'],
    ['v12', 1, 422, 'alias_reserved'],
    ['with blank', 1, 422, 'alias_invalid'],
    ['a'.repeat(256), 1, 422, 'alias_invalid'],
    ['champion', 99, 404, 'version_not_found'],
  ])('%j to version %d: %d %s', async (alias, version, status, code) => {
    const answer = await api.call('PUT', `/models/named/aliases/${encodeURIComponent(alias)}`, { version });
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
  });
});

describe('what may change of a version, and what may not', () => {
  it('description and tags may', async () => {
    await register('edited');
    const edit = { description: 'better', tags: { team: 'search', gone: 'x' } };
    expect((await api.call('PATCH', '/models/edited/versions/1', edit)).body).toMatchObject(edit);
    const without = (await api.call('PATCH', '/models/edited/versions/1', { tags: { gone: null } })).body;
    expect(without['tags']).toEqual({ team: 'search' });
    expect(without['description']).toBe('better');
    // What it is stays; where it answers may be set while nothing runs on it (mlflow-late-server.test).
    for (const is of [{ artifact: { uri: 'file:///x' } }, { author: 'another' }, { version: 2 }])
      expect((await api.call('PATCH', '/models/edited/versions/1', is)).status).toBe(422);
    expect((await api.call('PATCH', '/models/edited', { tags: { a: 'b' } })).body['tags']).toEqual({
      a: 'b',
    });
  });

  it('deletion is refused for what serves, and soft otherwise', async () => {
    await register('served');
    const promoted = await api.call('POST', '/models/served/promote', { version: 1, reason: 'test' });
    expect(promoted.status).toBe(200);
    await register('served');
    expect((await api.call('DELETE', '/models/served/versions/1')).body).toMatchObject({
      status: 409,
      code: 'version_serves',
    });
    expect((await api.call('DELETE', '/models/served')).body).toMatchObject({
      status: 409,
      code: 'model_serves',
    });
    expect((await api.call('DELETE', '/models/served/versions/2')).status).toBe(204);
    expect((await api.call('GET', '/models/served/versions/2')).status).toBe(404);
    const left = (await api.call('GET', '/models/served/versions')).body['items'] as { version: number }[];
    expect(left.map(({ version }) => version)).toEqual([1]);
    // Its number is never given again.
    expect((await register('served')).body['version']).toBe(3);
  });

  it('a deleted model gives its name back', async () => {
    await register('gone');
    expect((await api.call('DELETE', '/models/gone')).status).toBe(204);
    expect((await api.call('GET', '/models/gone')).status).toBe(404);
    expect((await register('gone')).body['version']).toBe(1);
    expect((await api.call('GET', '/audit/verify')).body).toMatchObject({ intact: true });
  });
});

describe('names', () => {
  it.each(['with blanks inside', 'ünïcödé 模型', 'n'.repeat(256), "it's 100% @home", '-dash', 'a.b'])(
    '%j is a name',
    async (name) => {
      expect((await register(name)).status).toBe(201);
      const shown = await api.call('GET', encoded(name));
      expect([shown.status, shown.body['name']]).toEqual([200, name]);
    },
  );

  it.each(['', ' ', 'a/b', 'a:b', 'a\0b', 'a\nb', ' a', 'a ', '.', '..', 'n'.repeat(257), 5, null, ['a']])(
    '%j is none',
    async (name) => {
      const { status, body } = await api.call('POST', '/models', { name });
      expect([status, body['code'], body['errors'][0].pointer]).toEqual([422, 'request_invalid', '/name']);
    },
  );
});

it('200 versions at once, through two processes, have the numbers 1 to 200', async () => {
  await api.call('POST', '/models', { name: 'parallel' });
  const token = await api.token('publish');
  const [one, other] = [at(api.process.port), at(second.port)];
  const answers = await Promise.all(
    Array.from({ length: 200 }, async (_, i) => {
      const body = { servingUrl: server.url, rollout: false };
      const answer = await (i % 2 ? one : other)('/api/v1/models/parallel/versions', body, token);
      return ((await answer.json()) as { version: number }).version;
    }),
  );
  expect(answers.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
});
