import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { openDataSource } from '#libs/db';
import { startApi, type TestApi } from '../support/api.ts';

/* A policy comes back as its author wrote it: it came back as JSON, its keys sorted by their length. */

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  await api.call('POST', '/models', { name: 'ranker' });
});
afterAll(() => api.close());

const WRITTEN = `# Agreed with the search team, 2026-11.
name: careful   # a person looks before anybody sees it
gates:
  - { metric: error_rate, maxIncrease: 0.01 } # one point
steps:
  - approval: {}

  - canary:
      maxDuration: 1h
      weight: 5%
      minRequests: 200
`;
const put = (text: string, headers: Record<string, string> = {}) =>
  api.call('PUT', '/models/ranker/policy', text, undefined, {
    'content-type': 'application/yaml',
    ...headers,
  });
const written = async (headers: Record<string, string> = {}) => {
  const token = await api.token('read');
  const response = await fetch(`${api.url}/api/v1/models/ranker/policy`, {
    headers: { authorization: `Bearer ${token}`, accept: 'application/yaml', ...headers },
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
};
const kept = async () => (await api.call('GET', '/models/ranker/policy')).body as unknown;

it('of a model that has none it is the default, in the order that people write', async () => {
  const { text, headers } = await written();
  expect(headers.get('content-type')).toMatch(/^application\/yaml/);
  expect(headers.get('vary')).toContain('accept');
  expect(parse(text)).toEqual(await kept());
  expect(text).toMatch(/^name: default\nsteps:\n {2}- checks: {}\n {2}- shadow: { sample: 100%, /);
});

it('as it was written, with comments, order and blank lines; JSON says the same', async () => {
  expect((await put(WRITTEN)).status).toBe(200);
  expect((await written()).text).toBe(WRITTEN);
  expect(await kept()).toEqual(parse(WRITTEN));
});

it('a comment alone can be changed, by who has seen the text or the JSON, and nobody else', async () => {
  const { headers } = await written();
  const tag = headers.get('etag') ?? '';
  const changed = WRITTEN.replace('one point', 'a point');
  expect((await put(changed, { 'if-match': tag })).status).toBe(200);
  expect((await written()).text).toBe(changed);
  expect((await written({ 'if-none-match': tag })).status).toBe(200);
  const fresh = (await written()).headers.get('etag') ?? '';
  expect((await written({ 'if-none-match': fresh })).status).toBe(304);
  const loose = changed.replace('5%', '6%');
  expect((await put(loose, { 'if-match': fresh })).status).toBe(200);
  expect((await put(WRITTEN, { 'if-match': fresh })).status).toBe(412);
  expect((await written()).text).toBe(loose);
});

it('given as JSON, or replaced by a process that knows of no text, it is what the document says', async () => {
  await put(WRITTEN);
  const document = { ...(parse(WRITTEN) as object), name: 'by json' };
  expect((await api.call('PUT', '/models/ranker/policy', document)).status).toBe(200);
  const { text } = await written();
  expect(parse(text)).toEqual(document);
  expect(text).not.toContain('#');

  await put(WRITTEN);
  const database = await openDataSource(api.databaseUrl, 1);
  const older = { ...(parse(WRITTEN) as object), name: 'by an older process' };
  await database.query('UPDATE model SET policy = $1 WHERE name = $2', [JSON.stringify(older), 'ranker']);
  await database.destroy();
  expect(parse((await written()).text)).toEqual(older);
});

it('what is refused changes nothing', async () => {
  await put(WRITTEN);
  expect((await put('name: [')).status).toBe(400);
  expect((await put(WRITTEN.replace('5%', '500%'))).status).toBe(422);
  expect((await written()).text).toBe(WRITTEN);
});

it('a policy is compared with that of the model it may become', async () => {
  await put(WRITTEN);
  const looser = WRITTEN.replace('0.01', '0.05').replace('5%', '2%');
  const { body } = await api.call('POST', '/policies/validate?model=ranker', looser, undefined, {
    'content-type': 'application/yaml',
  });
  expect(body.model).toEqual({
    requestsPerSecond: null,
    callers: null,
    changes: expect.arrayContaining([
      expect.objectContaining({ kind: 'looser', pointer: expect.stringMatching(/^\/gates\/0/) }),
      expect.objectContaining({ kind: 'tighter', pointer: expect.stringMatching(/^\/steps/) }),
    ]),
  });
  const same = await api.call('POST', '/policies/validate?model=ranker', WRITTEN, undefined, {
    'content-type': 'application/yaml',
  });
  expect(same.body.model.changes).toEqual([]);
  expect((await api.call('POST', '/policies/validate', parse(WRITTEN))).body.model).toBeNull();
  expect((await api.call('POST', '/policies/validate?model=nobody', parse(WRITTEN))).status).toBe(404);
});

it('a kept one that is refused of new ones by now may be sent again, with another comment, and is told valid for its model alone', async () => {
  const refused = WRITTEN.replace('maxIncrease: 0.01', 'maxIncrease: 1');
  await put(WRITTEN);
  const database = await openDataSource(api.databaseUrl, 1);
  try {
    await database.query(
      "UPDATE model SET policy = jsonb_set(policy, '{gates,0,maxIncrease}', '1'), policy_text = NULL WHERE name = 'ranker'",
    );
  } finally {
    await database.destroy();
  }
  const again = refused.replace('one point', 'anything goes');
  expect((await put(again)).status).toBe(200);
  expect((await written()).text).toBe(again);
  const settings = { models: { ranker: { policy: parse(again) as unknown } } };
  expect((await api.call('POST', '/model-settings', settings)).status).toBe(200);
  const validated = async (query: string) =>
    (await api.call('POST', `/policies/validate${query}`, parse(again))).status;
  expect([await validated('?model=ranker'), await validated('')]).toEqual([200, 422]);
  expect((await put(again.replace('5%', '6%'))).status).toBe(422);
});
