import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
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
  ['a unit of blanks', { staff: { units: ['ann', ' \t\n'] } }],
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

it('takes no value for a header that no header can carry; JSON can say it', async () => {
  await api.call('POST', '/models', { name: 'unsayable' });
  for (const value of ['a\nb', 'a\u0001', 'a\u007fb']) {
    const { status, body } = await put('unsayable', { staff: { header: 'x-team', values: [value] } });
    expect([status, JSON.stringify(body)]).toEqual([422, expect.stringContaining('no header can carry it')]);
    const byPath = { staff: { jsonPath: '$.team', values: [value] } };
    expect((await put('unsayable', byPath)).status).toBe(200);
  }
});

it('takes a unit without the blanks around it, wherever it is named', async () => {
  await api.call('POST', '/models', { name: 'blank' });
  const { body } = await put('blank', { pilots: { units: [' ann', 'ann\n', 'bob'] } });
  expect(body).toEqual({ pilots: { units: ['ann', 'bob'] } });
  for (const by of [{ unit: ' \t' }, { requestId: '\n' }]) {
    const items = [{ ...by, model: 'blank', metric: 'clicks', value: 1, id: 'one' }];
    expect((await api.call('POST', '/feedback', { items })).status).toBe(422);
  }
  expect((await api.call('GET', '/models/blank/resolve?unit=%20%09')).status).toBe(422);
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

it('is set and shown by the command line, which says where a file is wrong', async () => {
  await api.call('POST', '/models', { name: 'typed' });
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-segments-'));
  const env = {
    ...{ PATH: process.env['PATH'], HOME: folder, API_URL: api.url },
    UNDERSTUDY_TOKEN: await api.token('operate', 'read'),
  };
  const cli = (...args: string[]): Promise<{ code: number | null; out: string; err: string }> => {
    const main = path.resolve('dist/apps/cli/src/main.js');
    const child = spawn(process.execPath, [main, 'segments', ...args], { env, cwd: folder });
    let [out, err] = ['', ''];
    child.stdout.on('data', (part: Buffer) => (out += part.toString()));
    child.stderr.on('data', (part: Buffer) => (err += part.toString()));
    return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
  };
  try {
    // As the guide has it.
    const guide = `staff: { header: x-team, values: [staff] } # a header's value
beta: { jsonPath: $.user.plan, values: [beta] }
pilots: { units: [user-17, user-42] }
`;
    await writeFile(path.join(folder, 'good.yaml'), guide);
    await writeFile(path.join(folder, 'odd.yaml'), 'staff: { header: x-team, values: [17] }\n');
    await writeFile(path.join(folder, 'torn.yaml'), 'staff: { header: x-team');
    await writeFile(path.join(folder, 'none.yaml'), '{}');
    const set = await cli('set', 'typed', 'good.yaml');
    expect([set.code, set.err, set.out]).toEqual([0, '', 'typed has the segments: beta, pilots, staff\n']);
    const shown = await cli('show', 'typed', '--output', 'json');
    expect([shown.code, JSON.parse(shown.out)]).toEqual([0, (await get('typed')).body]);

    const odd = await cli('set', 'typed', 'odd.yaml');
    expect([odd.code, odd.err]).toEqual([1, expect.stringContaining('/staff/values/0')]);
    const torn = await cli('set', 'typed', 'torn.yaml');
    expect([torn.code, torn.err]).toEqual([2, expect.stringContaining('torn.yaml')]);
    const missing = await cli('set', 'typed', 'missing.yaml');
    expect([missing.code, missing.err]).toEqual([2, expect.stringContaining('missing.yaml')]);
    expect((await cli('show', 'nobody')).code).toBe(1);
    expect(Object.keys((await get('typed')).body)).toEqual(['beta', 'pilots', 'staff']);

    const none = await cli('set', 'typed', 'none.yaml');
    expect([none.code, none.out]).toEqual([0, 'typed has the segments: none\n']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
