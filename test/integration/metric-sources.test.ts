import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { metricSource } from '#libs/outbound';
import { isSourceGate, parsePolicy, type SourceGate } from '#libs/rollout';

/** Answers as Prometheus and an HTTP judge would, and remembers what it was asked. */
let answer: { status: number; body: string } = { status: 200, body: '{}' };
let asked: { url: string; body: string };
let base: string;
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    asked = { url: request.url ?? '', body };
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
const prometheus = (value: string) =>
  JSON.stringify({
    status: 'success',
    data: { resultType: 'vector', result: [{ metric: {}, value: [1, value] }] },
  });
const read = (gate: object) => metricSource(base, fetch).read(gateOf(gate), about);
const QUERY = { metric: 'prometheus', query: 'sum(errors{model="{{model}}",v="{{ version }}"})', max: 5 };

it('asks Prometheus with the model and the version filled in, and judges the value', async () => {
  answer.body = prometheus('4');
  expect(await read(QUERY)).toMatchObject({ outcome: 'pass', value: 4 });
  expect(asked.url).toBe('/api/v1/query');
  expect(new URLSearchParams(asked.body).get('query')).toBe('sum(errors{model="digits",v="3"})');
  answer.body = prometheus('6');
  expect(await read(QUERY)).toMatchObject({ outcome: 'fail', because: '6 is more than the 5 allowed' });
});

it('neither passes nor fails by what is no number, nothing, several series or an error', async () => {
  answer.body = JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [] } });
  expect((await read(QUERY)).outcome).toBe('undecided');
  for (const body of [prometheus('NaN'), prometheus('+Inf'), '{"status":"error"}', 'nonsense']) {
    answer.body = body;
    await expect(read(QUERY)).rejects.toThrow();
  }
  answer = { status: 503, body: 'starting' };
  await expect(read(QUERY)).rejects.toThrow(/503/);
  await expect(metricSource(null, fetch).read(gateOf(QUERY), about)).rejects.toThrow(/PROMETHEUS_URL/);
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
