import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Json, startApi, type TestApi } from '../support/api.ts';
import { startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/* When which version was primary, and what ended last: what the pages of a version and of a model show. */
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

const sound = async (method: string, path: string, body?: Json): Promise<Json> => {
  const answer = await api.call(method, path, body);
  expect([path, answer.status < 300, answer.body]).toEqual([path, true, answer.body]);
  return answer.body;
};
const register = (model: string, rollout = false) =>
  sound('POST', `/models/${model}/versions`, { servingUrl: server.url, createModel: true, rollout });
const promote = (model: string, version: number) =>
  sound('POST', `/models/${model}/promote`, { version, reason: 'a test' });
const times = async (query = ''): Promise<Json[]> =>
  (await sound('GET', `/models/digits/primaries${query}`))['items'];
const ended = async (query = ''): Promise<Json> => sound('GET', `/rollouts?ended=true${query}`);

describe('GET /models/{model}/primaries', () => {
  let made: Json[];
  beforeAll(async () => {
    for (let n = 0; n < 3; n++) await register('digits');
    expect(await times()).toEqual([]);
    const [first, second] = [await promote('digits', 1), await promote('digits', 2)];
    const back = await sound('POST', '/models/digits/rollback', { reason: 'it was bad' });
    made = [first, second, back].map((one) => one['rollout'] as Json);
  });

  it('has each time, how it ended, what came next, and the rollout that began it', async () => {
    const all = await times();
    expect(all).toMatchObject([
      { version: 1, until: null, wasReplaced: null, next: null, rolloutId: made[2]?.['id'] },
      { version: 2, wasReplaced: false, next: 1, refutedBy: 2, rolloutId: made[1]?.['id'] },
      { version: 1, wasReplaced: true, next: 2, proven: true, rolloutId: made[0]?.['id'] },
    ]);
    // Without a gap: one ends when the next begins, or a moment before.
    const at = (time: unknown): number => Date.parse(String(time));
    for (const [i, one] of all.slice(1).entries()) {
      const gap = at(all[i]?.['since']) - at(one['until']);
      expect([gap >= 0, gap < 5_000]).toEqual([true, true]);
    }
  });

  it('has those of one version, page by page', async () => {
    expect((await times('?version=2')).map(({ version }) => version)).toEqual([2]);
    expect(await times('?version=3')).toEqual([]);
    const first = await sound('GET', '/models/digits/primaries?version=1&pageSize=1');
    const token = encodeURIComponent(first['nextPageToken']);
    const second = await sound('GET', `/models/digits/primaries?version=1&pageSize=1&pageToken=${token}`);
    expect(second['nextPageToken']).toBeNull();
    const found = [...first['items'], ...second['items']] as Json[];
    expect(found.map(({ rolloutId }) => rolloutId)).toEqual([made[2]?.['id'], made[0]?.['id']]);
  });

  it('says what is not there', async () => {
    expect((await api.call('GET', '/models/nobody/primaries')).body['code']).toBe('model_not_found');
    expect((await api.call('GET', '/models/digits/primaries?version=x')).status).toBe(422);
    expect((await api.call('GET', '/models/digits/primaries?pageToken=x')).body['code']).toBe(
      'page_token_invalid',
    );
  });

  it('finds the rollouts of one version', async () => {
    const of = async (version: number) =>
      (await sound('GET', `/models/digits/rollouts?version=${version}`))['items'].map(({ id }: Json) => id);
    expect(await of(1)).toEqual([made[2]?.['id'], made[0]?.['id']]);
    expect(await of(2)).toEqual([made[1]?.['id']]);
    expect(await of(3)).toEqual([]);
  });
});

describe('GET /rollouts?ended=true', () => {
  it('has those that have ended by their end, however long ago they began', async () => {
    const old = (await register('old', true))['rollout'] as Json;
    await register('new');
    const { rollout } = await promote('new', 1);
    const ids = async () => (await ended('&pageSize=2'))['items'].map(({ id }: Json) => id);
    const [newest] = await ids();
    expect(newest).toBe(rollout.id);
    await sound('POST', `/rollouts/${String(old['id'])}/abort`, { reason: 'a test' });
    expect(await ids()).toEqual([old['id'], rollout.id]);
  });

  it('goes on where its page ended', async () => {
    const all = (await ended('&pageSize=200'))['items'] as Json[];
    const found: Json[] = [];
    for (let token: string | null = null; ;) {
      const next = token === null ? '' : `&pageToken=${encodeURIComponent(token)}`;
      const page: Json = await ended(`&pageSize=2${next}`);
      found.push(...page['items']);
      token = page['nextPageToken'];
      if (token === null) break;
    }
    expect(found.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
    expect(found.length).toBeGreaterThan(3);
    expect(found.every(({ endedAt }) => endedAt !== null)).toBe(true);
  });

  it('and is refused together with what lives', async () => {
    for (const query of ['&live=true', '&waitsFor=person', '&pageToken=x']) {
      const { status } = await api.call('GET', `/rollouts?ended=true${query}`);
      expect([query, status >= 400 && status < 500]).toEqual([query, true]);
    }
  });
});
