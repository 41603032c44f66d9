import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApi, type TestApi } from '../support/api.ts';

let api: TestApi;
beforeAll(async () => {
  // Whatever the machine's clock on the wall says.
  api = await startApi({ TZ: 'America/New_York' });
  expect((await api.call('POST', '/models', { name: 'digits' })).status).toBe(201);
});
afterAll(() => api.close());

/** Times that are none, or none that can be kept. */
const NONE = [
  ...['2026-02-30T08:00:00Z', '2025-02-29T08:00:00Z', '2026-13-01T00:00:00Z', '2026-11-24T24:00:00Z'],
  ...['2026-11-24T08:00:60Z', '2016-12-31T23:59:60Z', '2026-11-24T08:00:00+24:00', '2026-11-24T08:00:00 CET'],
  ...[
    'yesterday',
    '',
    '12',
    'version 3',
    '11/12/2026',
    '+292277-01-01T00:00:00Z',
    '2026-11-24T08:00:00Z\u0000',
  ],
];
/** At the ends of what can be written. */
const FAR = [
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '9999-12-31T23:59:59-23:59',
];
const DOORS: Record<string, (time: string) => Promise<{ status: number; body: Record<string, unknown> }>> = {
  'a filter of models': (time) =>
    api.call('GET', `/models?filter=${encodeURIComponent(`createdAt > '${time}'`)}`),
  'a filter of versions': (time) =>
    api.call('GET', `/models/digits/versions?filter=${encodeURIComponent(`updatedAt <= '${time}'`)}`),
  'the end of a token': (time) =>
    api.call('POST', '/tokens', { name: 'x', scopes: ['read'], expiresAt: time }),
  'the time of feedback': (time) =>
    api.call('POST', '/feedback', {
      items: [{ unit: 'u', model: 'digits', metric: 'click', value: 1, at: time }],
    }),
  'the time of metrics': (time) =>
    api.call('POST', '/models/digits/versions/1/metrics', { metrics: { accuracy: 1 }, at: time }),
  'the start of a rollout': (time) =>
    api.call('POST', '/models/digits/versions', {
      servingUrl: 'http://127.0.0.1:9001',
      rollout: { startAt: time },
    }),
  "MLflow's search": async (time) => {
    const filter = encodeURIComponent(`last_updated_timestamp > ${time}`);
    return api.call('GET', `/api/2.0/mlflow/registered-models/search?filter=${filter}`);
  },
};

describe.each(Object.entries(DOORS))('%s', (_door, ask) => {
  it.each(NONE)('refuses %j', async (time) => {
    const { status, body } = await ask(time);
    // A number is what MLflow's search wants.
    if (time === '12' && status === 200) return;
    expect([400, 404, 422]).toContain(status);
    expect(body).toBeTruthy();
  });
  it.each(FAR)('answers %j without an error of its own', async (time) => {
    expect((await ask(time)).status).toBeLessThan(500);
  });
});

it('a time without a zone is UTC, wherever the api runs', async () => {
  const found = async (ms: number, comparator: string): Promise<number> => {
    const time = new Date(Date.now() + ms).toISOString().slice(0, 19);
    const { body } = await api.call(
      'GET',
      `/models?filter=${encodeURIComponent(`createdAt ${comparator} '${time}'`)}`,
    );
    return body['items'].length;
  };
  expect([await found(60_000, '<'), await found(-600_000, '>'), await found(-600_000, '<')]).toEqual([
    1, 1, 0,
  ]);
});
