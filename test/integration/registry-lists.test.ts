import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Json, startApi, type TestApi } from '../support/api.ts';
import { SMALL_POLICY } from '../support/builders.ts';
import { startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

let api: TestApi;
let server: TestModelServer;
beforeAll(async () => {
  api = await startApi();
  server = await startModelServer((_request, _body, response) => response.end('{}'));
  for (let i = 0; i < 25; i++) {
    const team = i % 2 === 0 ? 'search' : 'ads';
    await api.call('POST', '/models', { name: `listed ${String(i).padStart(2, '0')}`, tags: { team } });
    await api.call('POST', '/models/many/versions', {
      ...{ servingUrl: server.url, createModel: true, tags: { team, index: `${i}` } },
    });
  }
});
afterAll(async () => {
  await api.close();
  await server.stop();
});

async function walk(path: string, key: string, pageSize: number): Promise<unknown[]> {
  const seen: unknown[] = [];
  let token: string | null = '';
  while (token !== null) {
    const next: string = token === '' ? '' : `&pageToken=${encodeURIComponent(token)}`;
    const { body }: { body: Json } = await api.call('GET', `${path}&pageSize=${pageSize}${next}`);
    expect(body['items'].length).toBeLessThanOrEqual(pageSize);
    seen.push(...body['items'].map((item: Json) => item[key]));
    token = body['nextPageToken'];
  }
  return seen;
}
const query = (values: Record<string, string>): string => `?${new URLSearchParams(values).toString()}`;

describe('lists', () => {
  it.each([
    ['name', (names: unknown[]) => expect(names).toEqual([...names].sort())],
    ['name DESC', (names: unknown[]) => expect(names).toEqual([...names].sort().reverse())],
    ['createdAt', (names: unknown[]) => expect(names).toEqual([...names].sort())],
    ['updatedAt DESC, name', () => undefined],
  ])('of models page by page, ordered by %s, show each once', async (orderBy, check) => {
    const filter = "name LIKE 'listed%'";
    const names = await walk(`/models${query({ orderBy, filter })}`, 'name', 7);
    expect(new Set(names).size).toBe(25);
    expect(names).toHaveLength(25);
    check(names);
  });

  it.each([
    ["tags.team = 'search'", 13],
    ["tags.team != 'search'", 12],
    ["name LIKE 'listed 0%' AND tags.team = 'ads'", 5],
    ["name IN ('listed 01', 'listed 02', 'nobody')", 2],
    ["createdAt > '2020-01-01' AND name LIKE 'listed%'", 25],
    ["createdAt > '2999-01-01T00:00:00Z'", 0],
  ])('of models with %s: %d', async (filter, count) => {
    expect(await walk(`/models${query({ filter })}`, 'name', 10)).toHaveLength(count);
  });

  it('of versions: filtered, ordered, newest first without an order', async () => {
    const all = await walk('/models/many/versions?', 'version', 4);
    expect(all).toEqual(Array.from({ length: 25 }, (_, i) => 25 - i));
    const filter = "tags.team = 'ads' AND version > 10";
    const some = await walk(
      `/models/many/versions${query({ filter, orderBy: 'version ASC' })}`,
      'version',
      3,
    );
    expect(some).toEqual([12, 14, 16, 18, 20, 22, 24]);
    const byTime = await walk(`/models/many/versions${query({ orderBy: 'createdAt' })}`, 'version', 6);
    expect(byTime).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
  });

  it('pages stay right while others register', async () => {
    const first = (await api.call('GET', '/models/many/versions?pageSize=5')).body;
    await api.call('POST', '/models/many/versions', { servingUrl: server.url });
    const second = (
      await api.call('GET', `/models/many/versions?pageSize=5&pageToken=${first['nextPageToken']}`)
    ).body;
    expect(second['items'].map((v: Json) => v['version'])).toEqual([20, 19, 18, 17, 16]);
  });

  it.each([
    ['a filter that cannot be read', { filter: 'name =' }, 422, '/filter'],
    ['a key that nobody knows', { filter: "salt = 'x'" }, 422, '/filter'],
    ['SQL', { filter: "name = 'x'; DROP TABLE model" }, 422, '/filter'],
    ['a time that is none', { filter: "createdAt > 'soon'" }, 422, '/filter'],
    ['an order that nobody knows', { orderBy: 'salt' }, 422, '/orderBy'],
    ['a page of nothing', { pageSize: '0' }, 422, '/pageSize'],
    ['a page token of another order', { orderBy: 'createdAt', pageToken: 'WyJ4Il0' }, 400, null],
    ['a page token that is none', { pageToken: 'x' }, 400, null],
  ])('refuse %s', async (_what, values, status, pointer) => {
    const { body } = await api.call('GET', `/models${query(values as Record<string, string>)}`);
    expect(body['status']).toBe(status);
    if (pointer !== null) expect(body['errors'][0]['pointer']).toBe(pointer);
  });
});

describe('ETag and If-Match', () => {
  const etagOf = async (path: string) => (await api.call('GET', path)).headers.get('etag') ?? '';
  it.each([
    ['a model', '/models/many', 'PATCH', { description: 'x' }],
    ['a version', '/models/many/versions/3', 'PATCH', { tags: { a: 'x' } }],
    ['golden requests', '/models/many/golden', 'PUT', { items: [] }],
    ['the policy', '/models/many/policy', 'PUT', SMALL_POLICY],
    ['an alias', '/models/many/aliases/champion', 'PUT', { version: 1 }],
  ])('of %s: a change is refused when it has changed since', async (_what, path, method, change) => {
    if (path.includes('aliases')) await api.call('PUT', path, { version: 2 });
    const seen = await etagOf(path);
    expect(seen).toMatch(/^"[\w-]+"$/);
    const unchanged = await api.call('GET', path, undefined, undefined, { 'if-none-match': seen });
    expect([unchanged.status, unchanged.body]).toEqual([304, null]);
    const changed = await api.call(method, path, change, undefined, { 'if-match': seen });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).toBe(await etagOf(path));
    if (changed.headers.get('etag') === seen) return; // it was so already
    const late = await api.call(method, path, change, undefined, { 'if-match': seen });
    expect(late.body).toMatchObject({ status: 412, code: 'changed_meanwhile' });
    expect((await api.call(method, path, change, undefined, { 'if-match': '*' })).status).toBe(200);
  });

  it('of two who change the same at once, one is told', async () => {
    await api.call('POST', '/models', { name: 'contested' });
    const seen = await etagOf('/models/contested');
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        api.call('PATCH', '/models/contested', { description: `${i}` }, undefined, { 'if-match': seen }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(412)]);
  });

  it('a deletion with an old tag deletes nothing', async () => {
    const seen = await etagOf('/models/many/versions/4');
    await api.call('PATCH', '/models/many/versions/4', { description: 'changed' });
    const path = '/models/many/versions/4';
    expect((await api.call('DELETE', path, undefined, undefined, { 'if-match': seen })).status).toBe(412);
    expect((await api.call('GET', path)).status).toBe(200);
  });
});
