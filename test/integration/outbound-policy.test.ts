import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addressPolicy, type Resolve } from '#libs/addresses';
import { outboundFetch } from '#libs/outbound';
import { startApi, type TestApi } from '../support/api.ts';
import { routeTo, startLoneGateway } from '../support/gateways/lone-gateway.ts';

/** What is allowed in these tests: one address of this machine, and not the others. */
const ALLOWED = '127.0.0.2';
const OUTBOUND_ALLOW = `${ALLOWED}/32`;

/** Nobody is to connect here: it stands for the metadata service and whatever else runs inside. */
let trap: Server;
let trapPort: number;
let reached = 0;
let api: TestApi;
let model: ReturnType<typeof createHttpServer>;
let modelUrl: string;

beforeAll(async () => {
  trap = createServer((socket) => {
    reached++;
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
  });
  await new Promise<void>((resolve) => trap.listen(0, '::', resolve)); // both families, every address but…
  trapPort = (trap.address() as AddressInfo).port;
  model = createHttpServer((request, response) => {
    if (request.url?.startsWith('/elsewhere')) {
      response.writeHead(302, { location: `http://127.0.0.1:${trapPort}/` }).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"answer":"model"}');
  });
  await new Promise<void>((resolve) => model.listen(0, ALLOWED, resolve));
  modelUrl = `http://${ALLOWED}:${(model.address() as AddressInfo).port}`;
  api = await startApi({ OUTBOUND_ALLOW });
});
afterAll(async () => {
  await api.close();
  await new Promise((resolve) => trap.close(resolve));
  await new Promise((resolve) => model.close(resolve));
});

const hostile = [
  'localhost',
  '127.0.0.1',
  '127.1',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '0.0.0.0',
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::7f00:1]',
  '[64:ff9b::7f00:1]',
  '169.254.169.254',
  '[::ffff:a9fe:a9fe]',
  '2852039166',
];

describe('registering a version', () => {
  it.each(hostile)('never reaches a serving URL at %s', async (host) => {
    const answer = await api.call('POST', '/models/hostile/versions', {
      servingUrl: `http://${host}:${trapPort}`,
      createModel: true,
      rollout: false,
    });
    expect(answer.status).toBe(422);
    expect(answer.body['detail']).toMatch(/may not be connected to/);
    expect(reached).toBe(0);
  });

  it('reaches what the operator allows, and follows it nowhere', async () => {
    for (const servingUrl of [modelUrl, `${modelUrl}/elsewhere`]) {
      const answer = await api.call('POST', '/models/fine/versions', {
        servingUrl,
        createModel: true,
        rollout: false,
      });
      expect(answer.status).toBe(201);
    }
    expect(reached).toBe(0);
  });
});

describe('a name that changes its mind', () => {
  it('is connected to only where it was checked', async () => {
    let asked = 0;
    // Rebinding: the first answer is harmless, every later one is not.
    const resolve: Resolve = (_host, _options, done) =>
      done(null, [{ address: asked++ === 0 ? ALLOWED : '127.0.0.1', family: 4 }]);
    const fetch = outboundFetch(addressPolicy([OUTBOUND_ALLOW]), resolve);
    const url = `http://rebound.example:${new URL(modelUrl).port}/`;
    expect(await (await fetch(url, { headers: { connection: 'close' } })).json()).toEqual({
      answer: 'model',
    });
    await expect(fetch(`http://rebound.example:${trapPort}/`)).rejects.toMatchObject({
      cause: { code: 'ERR_ADDRESS_REFUSED' },
    });
    expect(asked).toBe(2);
    expect(reached).toBe(0);
  });

  it('is refused when any of its addresses is', async () => {
    const resolve: Resolve = (_host, _options, done) =>
      done(null, [
        { address: ALLOWED, family: 4 },
        { address: '::1', family: 6 },
      ]);
    const fetch = outboundFetch(addressPolicy([OUTBOUND_ALLOW]), resolve);
    await expect(fetch(`http://both.example:${trapPort}/`)).rejects.toThrow();
    expect(reached).toBe(0);
  });

  it('a redirect to it is not followed', async () => {
    const fetch = outboundFetch(addressPolicy([OUTBOUND_ALLOW]));
    await expect(fetch(`${modelUrl}/elsewhere`)).rejects.toThrow();
    // And even where a caller of ours would follow, the connection is refused.
    await expect(fetch(`${modelUrl}/elsewhere`, { redirect: 'follow' })).rejects.toThrow();
    expect(reached).toBe(0);
  });
});

describe('a gateway with a route to it', () => {
  it('sends it nobody, and callers get the primary', async () => {
    const routes = [
      ...hostile.slice(0, 10).map((host, n) => routeTo(`primary-${n}`, `http://${host}:${trapPort}`)),
      ...hostile.slice(0, 10).map((host, n) =>
        routeTo(`candidate-${n}`, modelUrl, {
          candidate: { version: 2, url: `http://${host}:${trapPort}`, mode: 'canary', weight: 10_000 },
        }),
      ),
      routeTo('shadow', modelUrl, {
        candidate: { version: 2, url: `http://localhost:${trapPort}`, mode: 'shadow', weight: 10_000 },
      }),
    ];
    const gateway = await startLoneGateway(routes, { OUTBOUND_ALLOW });
    try {
      const ask = async (name: string) => {
        const response = await fetch(`${gateway.url}/models/${name}/predict`, { method: 'POST', body: '{}' });
        return { status: response.status, body: await response.text() };
      };
      for (let n = 0; n < 10; n++) {
        expect((await ask(`primary-${n}`)).status).toBe(502);
        expect(await ask(`candidate-${n}`)).toEqual({ status: 200, body: '{"answer":"model"}' });
      }
      expect((await ask('shadow')).status).toBe(200);
      expect(reached).toBe(0);
    } finally {
      await gateway.stop();
    }
  });
});

it('is a trap that a connection springs', async () => {
  const socket = connect(trapPort, '127.0.0.1');
  await new Promise((resolve) => socket.once('close', resolve).resume());
  expect(reached).toBe(1);
});
