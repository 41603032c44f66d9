import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Json, startApi, type TestApi } from '../support/api.ts';

/** Named groups of a model's callers: what is taken, what is refused, and what the record keeps of them. */
let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const put = (model: string, segments: unknown, headers: Record<string, string> = {}) =>
  api.call('PUT', `/models/${model}/segments`, segments as Json, undefined, headers);
const get = (model: string) => api.call('GET', `/models/${model}/segments`);
const SEGMENTS = {
  staff: { header: 'X-Team', values: ['staff', 'zoë'] },
  beta: { jsonPath: '$.user.plan', values: ['beta'] },
  pilots: { units: ['ann@example.com', 'bob@example.com'] },
};

it('keeps segments as they were said, and tells the record of no unit', async () => {
  await api.call('POST', '/models', { name: 'kept' });
  expect((await get('kept')).body).toEqual({});
  for (const _twice of [1, 2])
    expect(await put('kept', SEGMENTS)).toMatchObject({ status: 200, body: SEGMENTS });
  expect((await get('kept')).body).toEqual(SEGMENTS);
  const { body } = await api.call('GET', '/audit?model=kept&pageSize=200');
  const noted = body['items'].filter(({ type }: Json) => type === 'model.segments_replaced');
  expect(noted).toHaveLength(1);
  expect(noted[0].data.segments).toMatchObject({ pilots: { units: 2 }, staff: { values: ['staff', 'zoë'] } });
  expect(JSON.stringify(body)).not.toContain('ann@example.com');
  expect((await put('kept', {})).body).toEqual({});
});

it.each<[string, unknown]>([
  ['a list', []],
  ['a name that is none', { 'the staff': { units: ['a'] } }],
  ['nobody in a list', { staff: { units: [] } }],
  ['a header without values', { staff: { header: 'x-team' } }],
  ['no header name', { staff: { header: 'x team', values: ['a'] } }],
  ['a path that is none', { staff: { jsonPath: 'user.plan', values: ['a'] } }],
  ['two ways at once', { staff: { header: 'x-team', values: ['a'], units: ['b'] } }],
  ['a value that no header can have', { staff: { header: 'x-team', values: [' a'] } }],
  ['an empty unit', { staff: { units: [''] } }],
  ['text that cannot be stored', { staff: { units: ['a\u0000'] } }],
  [
    'too many units',
    {
      a: { units: Array.from({ length: 5_001 }, (_, i) => `a${i}`) },
      b: { units: Array.from({ length: 5_000 }, (_, i) => `b${i}`) },
    },
  ],
  [
    'too many segments',
    Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`s${i}`, { units: ['a'] }])),
  ],
])('refuses %s, and says where', async (_title, segments) => {
  await api.call('POST', '/models', { name: 'odd' });
  const { status, body } = await put('odd', segments);
  expect([400, 422]).toContain(status);
  expect(JSON.stringify(body)).toMatch(/.{30}/);
  expect((await get('odd')).body).toEqual({});
});

it('takes ten thousand units', async () => {
  await api.call('POST', '/models', { name: 'many' });
  const units = Array.from(
    { length: 10_000 },
    (_, i) => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
  );
  expect((await put('many', { pilots: { units } })).status).toBe(200);
  expect((await get('many')).body['pilots'].units).toHaveLength(10_000);
});

it('lets nobody undo what they have not seen', async () => {
  await api.call('POST', '/models', { name: 'tagged' });
  const { headers } = await get('tagged');
  const tag = { 'if-match': headers.get('etag') ?? '' };
  expect((await put('tagged', SEGMENTS, tag)).status).toBe(200);
  expect((await put('tagged', {}, tag)).status).toBe(412);
  expect((await get('tagged')).body).toEqual(SEGMENTS);
});

it('is gone with its model', async () => {
  await api.call('POST', '/models', { name: 'gone' });
  await put('gone', SEGMENTS);
  expect((await api.call('DELETE', '/models/gone')).status).toBeLessThan(300);
  await api.call('POST', '/models', { name: 'gone' });
  expect((await get('gone')).body).toEqual({});
});
