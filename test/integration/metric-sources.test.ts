import { createServer, type IncomingHttpHeaders } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { freePort } from '#libs/processes';
import { redactor } from '#libs/kernel';
import { metricSource, prometheusEndpoint } from '#libs/outbound';
import { isSourceGate, parsePolicy, type SourceGate } from '#libs/rollout';

/** Answers as Prometheus and an HTTP judge would, and remembers what it was asked. */
let answer: { status: number; body: string } = { status: 200, body: '{}' };
let asked: { url: string; body: string; headers: IncomingHttpHeaders };
let base: string;
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    asked = { url: request.url ?? '', body, headers: request.headers };
    response.writeHead(answer.status, answer.status === 302 ? { location: base } : {}).end(answer.body);
  });
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});
beforeEach(() => {
  answer = { status: 200, body: '{}' };
});

const about = { model: 'digits', version: 3, from: 2, rolloutId: 'r1' };
const gateOf = (gate: object): SourceGate => {
  const document = {
    name: 'p',
    steps: [{ canary: { weight: '1%', minRequests: 1, maxDuration: '1h' } }],
    gates: [gate],
  };
  const [parsed] = parsePolicy(document).gates;
  if (!parsed || !isSourceGate(parsed)) throw new Error('not a source');
  return parsed;
};
const prometheus = (value: string, at = Date.now() / 1_000) =>
  JSON.stringify({
    status: 'success',
    data: { resultType: 'vector', result: [{ metric: {}, value: [at, value] }] },
  });
type Shown = Partial<Parameters<typeof prometheusEndpoint>[0]>;
const SECRET = 'never/to be&seen';
const sourceOf = (shown: Shown) =>
  metricSource(
    new Map([
      ['default', prometheusEndpoint({ url: base, basic: null, bearer: null, headers: {}, ...shown })],
    ]),
    fetch,
    redactor([SECRET]),
  );
const read = (gate: object, shown: Shown = {}) => sourceOf(shown).read(gateOf(gate), about);
const QUERY = { metric: 'prometheus', query: 'sum(errors{model="{{model}}",v="{{ version }}"})', max: 5 };

it('asks Prometheus with the model and the version filled in, and judges the value', async () => {
  answer.body = prometheus('4');
  expect(await read(QUERY)).toMatchObject({ outcome: 'pass', value: 4 });
  expect(asked.url).toBe('/api/v1/query');
  expect(new URLSearchParams(asked.body).get('query')).toBe('sum(errors{model="digits",v="3"})');
  answer.body = prometheus('6');
  expect(await read(QUERY)).toMatchObject({ outcome: 'fail', because: '6 is more than the 5 allowed' });
});

it('takes no value of another time: somebody has kept it', async () => {
  for (const apart of [-3_600, -302, 302, 1e300]) {
    answer.body = prometheus('1', Date.now() / 1_000 + apart);
    await expect(read(QUERY)).rejects.toThrow(/which says nothing about now/);
  }
  answer.body = prometheus('1', Date.now() / 1_000 - 290);
  expect(await read(QUERY)).toMatchObject({ outcome: 'pass' });
  expect(new URLSearchParams(asked.body).get('partial_response')).toBe('false');
});

it('takes no part of the data for all of it', async () => {
  const answers = (more: object): string =>
    JSON.stringify({ ...(JSON.parse(prometheus('0')) as object), ...more });
  for (const more of [
    { warnings: ['remote_read: error sending request: connection refused'] },
    { warnings: ['PromQL info: metric might not be a counter: "x"', 'store 2 of 3 is away'] },
    { isPartial: true },
  ]) {
    answer.body = answers(more);
    await expect(read(QUERY)).rejects.toThrow(/^Prometheus answers from a part of its data only/);
  }
  for (const more of [
    { warnings: [] },
    { warnings: null, isPartial: false },
    { infos: ['PromQL info: metric might not be a counter'] },
    { warnings: ['PromQL info: metric might not be a counter', 'PromQL warning: a mix of histograms'] },
  ]) {
    answer.body = answers(more);
    expect(await read(QUERY)).toMatchObject({ outcome: 'pass', value: 0 });
  }
  expect(new URLSearchParams(asked.body).get('deny_partial_response')).toBe('1');
});

it('neither passes nor fails by what is no number, nothing, several series or an error', async () => {
  answer.body = JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [] } });
  expect((await read(QUERY)).outcome).toBeNull();
  for (const body of [prometheus('NaN'), prometheus('+Inf'), '{"status":"error"}', 'nonsense']) {
    answer.body = body;
    await expect(read(QUERY)).rejects.toThrow();
  }
  // `Number` makes 0 of the first five, a number within bounds.
  for (const text of [
    '',
    ' ',
    '\n',
    '0x0',
    '-0b0',
    '1,5',
    '1_0',
    '.',
    '1e400',
    '-Inf',
    'null',
    'true',
    '１',
  ]) {
    answer.body = prometheus(text);
    await expect(read({ ...QUERY, min: -1e300 })).rejects.toThrow(/, which is no number to judge/);
  }
  for (const [text, value] of [
    ['-0', -0],
    ['1.5', 1.5],
    ['4e-7', 4e-7],
    ['1e+0', 1],
  ] as const) {
    answer.body = prometheus(text);
    expect(await read(QUERY)).toMatchObject({ outcome: 'pass', value });
  }
  answer = { status: 503, body: 'starting' };
  await expect(read(QUERY)).rejects.toThrow(/503/);
  const none = metricSource(new Map(), fetch, (text) => text);
  await expect(none.read(gateOf(QUERY), about)).rejects.toThrow(/PROMETHEUS_URL/);
  await expect(read({ ...QUERY, source: 'mimir' })).rejects.toThrow(/no source "mimir"; there are: default/);
});

it('asks an HTTP judge, and takes only its verdict for one', async () => {
  const gate = { metric: 'http', url: `${base}/verdict?team=search` };
  answer.body = JSON.stringify({ verdict: 'fail', value: 0.2, because: 'revenue fell' });
  expect(await read(gate)).toEqual({ outcome: 'fail', value: 0.2, because: 'revenue fell' });
  expect(asked.url).toBe('/verdict?team=search&model=digits&version=3&from=2&rolloutId=r1');
  for (const bad of [
    { status: 200, body: '{"verdict":"fine"}' },
    { status: 500, body: '{"verdict":"pass"}' },
    { status: 302, body: '' },
  ]) {
    answer = bad;
    await expect(read(gate)).rejects.toThrow();
  }
  answer = { status: 200, body: ' '.repeat(100_000) };
  await expect(read(gate)).rejects.toThrow(/longer than/);
});

it('loses no verdict of an HTTP judge by what stands beside it', async () => {
  const gate = { metric: 'http', url: `${base}/verdict` };
  for (const beside of [
    ...['"value": NaN', '"value": "0.3"', '"value": [1]', '"value": 1e999', '"value": null'],
    ...['"because": 7', '"because": null', '"because": ""', '"more": {}'],
    `"because": ${JSON.stringify('y'.repeat(9_000))}`,
  ]) {
    answer.body = `\uFEFF{"verdict": "fail", ${beside}}`;
    const said = await read(gate);
    expect(said).toMatchObject({ outcome: 'fail', value: null });
    expect(said.because.length).toBeLessThanOrEqual(2_000);
    expect(said.because).not.toBe('');
  }
  answer.body = '{"verdict":"fail","because":"a\\u0000b\\ud800c"}';
  expect((await read(gate)).because).toBe('a\uFFFDb\uFFFDc');
});

it('shows an HTTP judge the credentials of its source, and nobody else', async () => {
  answer.body = JSON.stringify({ verdict: 'fail', because: `you sent Bearer ${SECRET}` });
  const shown = { url: `${base}/scores/`, bearer: { value: SECRET } };
  const gate = (url: string) => ({ metric: 'http', source: 'default', url });
  const said = await read(gate(`${base}/scores/verdict?team=a`), shown);
  expect(asked.headers.authorization).toBe(`Bearer ${SECRET}`);
  expect(said.because).toBe('you sent Bearer [redacted]');
  expect(asked.url).toMatch(/^\/scores\/verdict\?team=a&model=digits/);
  const own = new URL(base);
  for (const url of [
    `${base}/scoresboard`,
    `${base}/`,
    `${base}/scores/../admin`,
    `${base}/scores/%2e%2e/admin`,
    `${base}/scores/..%2Fadmin`,
    `${base}/scores/..%5Cadmin`,
    `http://localhost:${own.port}/scores/verdict`,
    `https://127.0.0.1:${own.port}/scores/verdict`,
  ]) {
    asked = { url: 'nothing', body: '', headers: {} };
    await expect(read(gate(url), shown)).rejects.toThrow(/is not below the URL of the gate's source/);
    expect(asked.url).toBe('nothing');
  }
  await expect(read({ ...gate(base), source: 'none' }, shown)).rejects.toThrow(/no source "none"/);
});

it('shows Prometheus what it asks for', async () => {
  answer.body = prometheus('4');
  const basic = { username: 'team', password: { value: SECRET } };
  await read(QUERY, { basic });
  expect(asked.headers.authorization).toBe(`Basic ${Buffer.from(`team:${SECRET}`).toString('base64')}`);
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-source-'));
  const file = path.join(folder, 'token');
  for (const token of ['first', 'second']) {
    await writeFile(file, `${token}\n`);
    await read(QUERY, { bearer: { file }, headers: { 'X-Scope-OrgID': { text: 'a' } } });
    expect([asked.headers.authorization, asked.headers['x-scope-orgid']]).toEqual([`Bearer ${token}`, 'a']);
  }
  // An old token and a new one: fetch would say them.
  await writeFile(file, 'a secret of old\nand a new one\n');
  const said = await read(QUERY, { bearer: { file } }).catch(String);
  expect(said).toMatch(/token holds a line break/);
  expect(said).not.toMatch(/secret of old|new one/);
  // A proxy says what it was sent, at the very place where its page is cut off.
  await writeFile(file, 'a-token-of-a-file');
  for (const at of [0, 150, 180, 195]) {
    answer = { status: 401, body: `${'.'.repeat(at)}you sent Bearer a-token-of-a-file` };
    expect(await read(QUERY, { bearer: { file } }).catch(String)).not.toContain('a-tok');
    const pair = Buffer.from(`team:a-token-of-a-file`).toString('base64');
    answer = { status: 401, body: `${'.'.repeat(at)}you sent Basic ${pair}` };
    const basicOfFile = { username: 'team', password: { file } };
    expect(await read(QUERY, { basic: basicOfFile }).catch(String)).not.toContain(pair.slice(0, 6));
  }
  await rm(folder, { recursive: true });
  await expect(read(QUERY, { bearer: { file } })).rejects.toThrow(/token.* cannot be read \(ENOENT\)/);
});

it('says why a source did not answer, and no secret of it', async () => {
  const closed = await freePort(0);
  await expect(read(QUERY, { url: `http://127.0.0.1:${closed}` })).rejects.toThrow(/ECONNREFUSED/);
  await expect(read({ metric: 'http', url: `http://127.0.0.1:${closed}/` })).rejects.toThrow(/ECONNREFUSED/);
  for (const text of [SECRET, encodeURIComponent(SECRET), JSON.stringify({ you: SECRET })]) {
    answer = { status: 401, body: `you sent ${text}, which is wrong` };
    const said = await read(QUERY).catch(String);
    expect(said).toMatch(/answers 401: you sent .*\[redacted\].*, which is wrong/);
    expect(said).not.toContain('seen');
  }
});
