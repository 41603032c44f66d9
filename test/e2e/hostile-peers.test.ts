import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, type Installation, startCallers, startInstallation } from '../support/installation.ts';
import { sayRaw } from '../support/model-servers/raw-http.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

const CANDIDATE_TIMEOUT_MS = 400;
const outputSpec = { kind: 'label', path: '$.label' };
const policy = {
  name: 'by-hand',
  steps: [{ canary: { weight: '50%', minRequests: 1_000_000, maxDuration: '1h' } }],
  gates: [{ metric: 'error_rate', maxIncrease: 0.99 }],
  localTrip: false,
};

let site: Installation;
let primary: TestModelServer;
const servers: TestModelServer[] = [];
/** What reached the model server of `m`. */
const reached: { method: string; url: string; body: string; names: string[] }[] = [];
beforeAll(async () => {
  site = await startInstallation({
    CANDIDATE_TIMEOUT_MS: String(CANDIDATE_TIMEOUT_MS),
    MAX_BUFFERED_BYTES: '1000000',
  });
  primary = await startModelServer((request, body, response) => {
    reached.push({
      method: request.method ?? '',
      url: request.url ?? '',
      body,
      names: Object.keys(request.headers),
    });
    json(response, { label: 'good' });
  });
  servers.push(primary);
  await register('m', primary.url, true);
});
afterAll(async () => {
  await site.close();
  await Promise.all(servers.map((server) => server.stop()));
});

async function register(model: string, servingUrl: string, rollout: unknown): Promise<void> {
  const body = { createModel: true, servingUrl, outputSpec, rollout };
  expect((await site.api.call('POST', `/models/${model}/versions`, body)).status).toBe(201);
  await eventually(
    async () => {
      const response = await fetch(`${site.gatewayUrl}/models/${model}/infer`, {
        method: 'POST',
        body: '{}',
      });
      await response.arrayBuffer();
      return response.status;
    },
    (status) => status === 200,
  );
}

const raw = (bytes: string): Promise<string> => sayRaw(Number(new URL(site.gatewayUrl).port), bytes);

const POST = 'POST /models/m/infer HTTP/1.1\r\nHost: g\r\n';
const SMUGGLED = 'GET /models/m/smuggled HTTP/1.1\r\nHost: g\r\n\r\n';

describe('bytes that are no good HTTP never reach a model server', () => {
  it.each<[string, string]>([
    [
      'content-length and chunked',
      `${POST}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    ['two lengths', `${POST}Content-Length: 2\r\nContent-Length: 60\r\n\r\n{}${SMUGGLED}`],
    ['lengths in one line', `${POST}Content-Length: 2, 60\r\n\r\n{}${SMUGGLED}`],
    ['a negative length', `${POST}Content-Length: -1\r\n\r\n${SMUGGLED}`],
    ['a length with a plus', `${POST}Content-Length: +2\r\n\r\n{}${SMUGGLED}`],
    ['a hexadecimal length', `${POST}Content-Length: 0x2\r\n\r\n{}${SMUGGLED}`],
    ['an endless length', `${POST}Content-Length: 99999999999999999999\r\n\r\n{}`],
    [
      'a chunk size that is none',
      `${POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    [
      'a chunk longer than its size',
      `${POST}Transfer-Encoding: chunked\r\n\r\n2\r\n{}{}\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    ['an overflowing chunk size', `${POST}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}`],
    ['chunked, but not last', `${POST}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    ['something like chunked', `${POST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    ['chunked behind a tab', `${POST}Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    ['a space before the colon', `${POST}Content-Length : 2\r\n\r\n{}${SMUGGLED}`],
    ['a folded header', `${POST}X-A: 1\r\n Content-Length: 60\r\nContent-Length: 2\r\n\r\n{`],
    ['NUL in a header', `${POST}X-A: a\0b\r\nContent-Length: 2\r\n\r\n{}`],
    ['NUL in the path', 'GET /models/m/\0smuggled HTTP/1.1\r\nHost: g\r\n\r\n'],
    ['a bare CR', `POST /models/m/infer HTTP/1.1\rHost: g\r\r${SMUGGLED}`],
    ['a header line without a name', `${POST}: x\r\n\r\n`],
    ['headers without end', `${POST}X-A: ${'a'.repeat(40_000)}\r\n\r\n`],
    ['a giant URL', `GET /models/m/${'a'.repeat(100_000)} HTTP/1.1\r\nHost: g\r\n\r\n`],
    ['no host', 'GET /models/m/smuggled HTTP/1.1\r\n\r\n'],
    ['HTTP/0.9', 'GET /models/m/smuggled\r\n\r\n'],
    ['HTTP/2 from the start', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['another version', 'GET /models/m/smuggled HTTP/9.9\r\nHost: g\r\n\r\n'],
    ['a TLS hello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['CONNECT', 'CONNECT 127.0.0.1:1 HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n'],
    ['an address with a user', 'GET http://u@127.0.0.1:1/models/m/smuggled HTTP/1.1\r\nHost: g\r\n\r\n'],
    ['an address that is no http', 'GET ftp://127.0.0.1:1/models/m/smuggled HTTP/1.1\r\nHost: g\r\n\r\n'],
    ['no target', 'OPTIONS * HTTP/1.1\r\nHost: g\r\n\r\n'],
    ['an encoding that says nothing', `${POST}Transfer-Encoding: identity\r\n\r\n${SMUGGLED}`],
    [
      'the same with a length',
      `${POST}Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}${SMUGGLED}`,
    ],
    ['half a request', `${POST}Content-Length: 10\r\n\r\n{}`],
  ])('%s', async (_name, bytes) => {
    reached.length = 0;
    const answer = await raw(bytes);
    expect(answer).not.toMatch(/^HTTP\/1\.1 (2|500)/);
    expect(reached).toEqual([]);
    const after = await fetch(`${site.gatewayUrl}/models/m/infer`, { method: 'POST', body: '{"a":1}' });
    expect([after.status, await after.json()]).toEqual([200, { label: 'good' }]);
    expect(reached.map(({ body }) => body)).toEqual(['{"a":1}']);
  });

  it('what is odd and allowed goes on as one clean request', async () => {
    reached.length = 0;
    const chunked = `${POST}Transfer-Encoding: chunked\r\nTrailer: X-T\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nExpect: 100-continue\r\n\r\n1;a=b\r\n{\r\n1\r\n}\r\n0\r\nX-T: 1\r\n\r\n`;
    expect(await raw(chunked)).toMatch(/HTTP\/1\.1 200/);
    expect(reached).toMatchObject([{ method: 'POST', url: '/infer', body: '{}' }]);
    const hop = ['x-hop', 'trailer', 'expect', 'transfer-encoding', 'x-t'];
    expect(reached[0]?.names.filter((name) => hop.includes(name))).toEqual([]);
    reached.length = 0;
    const pipelined = `${POST}Content-Length: 2\r\n\r\n{}HEAD /models/m/head?q=%0d%0a HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n`;
    expect((await raw(pipelined)).match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    // Two connections to the model server: either may be first; the caller gets them in order.
    expect(reached.map(({ method, url }) => `${method} ${url}`).sort()).toEqual([
      'HEAD /head?q=%0d%0a',
      'POST /infer',
    ]);
  });
});

describe('a candidate at half of the traffic costs no caller an answer', () => {
  it.each<[string, Parameters<typeof startModelServer>[0]]>([
    ['hangs', () => undefined],
    ['resets the connection', (_request, _body, response) => response.socket?.destroy()],
    ['answers 500', (_request, _body, response) => json(response, {}, 500)],
    ['answers 200 with garbage', (_request, _body, response) => response.end('<html>')],
    ['answers 200 in another form', (_request, _body, response) => json(response, { class: 'good' })],
    [
      'lies about its length',
      (_request, _body, response) => response.writeHead(200, { 'content-length': '50' }).end('{'),
    ],
    [
      'sends a body without end',
      (_request, _body, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write('x'.repeat(65_536)));
        };
        response.on('drain', more);
        more();
      },
    ],
    [
      'drips byte by byte',
      (_request, _body, response) => {
        const timer = setInterval(() => response.write(' '), 50);
        response.on('close', () => clearInterval(timer));
      },
    ],
  ])('that %s', async (name, answer) => {
    const model = `bad-${name.replaceAll(/[^a-z]+/g, '-')}`;
    const bad = await startModelServer(answer);
    servers.push(bad);
    await register(model, primary.url, true);
    const body = { servingUrl: bad.url, outputSpec, rollout: { policy } };
    expect((await site.api.call('POST', `/models/${model}/versions`, body)).status).toBe(201);
    const callers = startCallers(`${site.gatewayUrl}/models/${model}/infer`, () => '{}', 100);
    await eventually(
      () => Promise.resolve(bad.hits()),
      (hits) => hits >= 30,
    );
    const { statuses, byVersion } = await callers.stop();
    expect([Object.keys(statuses), Object.keys(byVersion)]).toEqual([['200'], ['1']]);
  });
});

describe('the local trip', () => {
  it('takes callers off a candidate that fails hard after eight of them, and the gates end the rollout', async () => {
    const bad = await startModelServer((_request, _body, response) => json(response, {}, 500));
    servers.push(bad);
    await register('tripped', primary.url, true);
    const { localTrip: _left, ...usual } = policy;
    const gates = [{ metric: 'error_rate', maxIncrease: 0.01 }];
    const body = { servingUrl: bad.url, outputSpec, rollout: { policy: { ...usual, gates } } };
    const { rollout } = (await site.api.call('POST', '/models/tripped/versions', body)).body;
    const callers = startCallers(`${site.gatewayUrl}/models/tripped/infer`, () => '{}', 100);
    const ended = await eventually(
      async () => (await site.api.call('GET', `/rollouts/${rollout.id}`)).body,
      (one) => one['endedAt'] !== null,
    );
    const { statuses } = await callers.stop();
    expect([ended['state'], ended['decision'].because]).toEqual([
      'rolled_back',
      expect.stringMatching(/^error_rate/),
    ]);
    expect(Object.keys(statuses)).toEqual(['200']);
    // Eight, and those that were under way when the eighth failed; the same once more when the first pause was over.
    expect(bad.hits()).toBeLessThan(2 * (8 + 40));
    const events = (await site.api.call('GET', `/rollouts/${rollout.id}/events`)).body;
    expect(JSON.stringify(events)).toContain('rollout.traffic_paused');
  });
});
