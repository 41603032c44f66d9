import { connect, type Socket } from 'node:net';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askByGrpc, askByHttp2 } from '../support/callers/grpc-caller.ts';
import { type LoneGateway, routeTo, startLoneGateway } from '../support/gateways/lone-gateway.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import { sayRaw, startRawServer } from '../support/model-servers/raw-http.ts';

const ROLLOUT = '00000000-0000-4000-8000-000000000001';
const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const POST = 'Host: g\r\nContent-Length: 2\r\n\r\n{}';

let gateway: LoneGateway;
let model: TestModelServer;
let raw: Awaited<ReturnType<typeof startRawServer>>;
let aborted = 0;
let ended = 0;
const seen: { url: string; headers: Record<string, unknown>; body: string }[] = [];

beforeAll(async () => {
  model = await startModelServer((request, body, response) => {
    seen.push({ url: request.url ?? '', headers: request.headers, body });
    if (request.url === '/slow') {
      response.on('close', () => {
        if (!response.writableFinished) aborted++;
      });
      return;
    }
    if (request.url === '/large') {
      response.on('close', () => ended++);
      return void response.end('x'.repeat(40_000_000));
    }
    json(response, { ok: true });
  });
  raw = await startRawServer((socket, head) => {
    const path = head.split(' ')[1] ?? '';
    const answers: Record<string, string> = {
      '/early-hints': `HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok`,
      '/trailers': `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-checksum: abc\r\n\r\n`,
      '/twice': `HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\npoison`,
      '/bytes': `HTTP/1.1 200 F\xfcr\r\nx-name: caf\xe9\r\ncontent-length: 2\r\n\r\nok`,
      '/close': `HTTP/1.1 200 OK\r\n\r\nuntil the end`,
    };
    if (path === '/hang-up-when-idle') {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
      // Just when the gateway would use it again.
      setTimeout(() => socket.destroy(), 40);
      return;
    }
    socket.write(answers[path] ?? 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok', 'latin1');
    if (path === '/close') socket.end();
  });
  const candidate = { version: 2, url: model.url, mode: 'canary', weight: 10_000 } as const;
  gateway = await startLoneGateway(
    [
      routeTo('m', model.url),
      routeTo('keyed', `${model.url}/score/?api-version=1&code=k`),
      routeTo('raw', raw.url),
      routeTo('gone', 'http://127.0.0.1:1'),
      routeTo('tried', raw.url, { candidate, rolloutId: ROLLOUT }),
    ],
    { ACCESS_LOG: 'json', REQUEST_TIMEOUT_MS: '1500' },
  );
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([model.stop(), raw.stop()]);
});

const say = (line: string, rest = POST, quietMs = 300) =>
  sayRaw(gateway.port, `${line} HTTP/1.1\r\n${rest}`, quietMs);

describe('HTTP/1.1 in and out', () => {
  it('passes HEAD on, with the length and without a body', async () => {
    const text = await say('HEAD /models/m/x', 'Host: g\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1.1 200/);
    expect(text.endsWith('\r\n\r\n')).toBe(true);
  });

  it('answers Expect: 100-continue itself, and does not pass it on', async () => {
    seen.length = 0;
    const text = await new Promise<string>((resolve) => {
      const socket = connect(gateway.port, '127.0.0.1');
      let all = '';
      socket.on('data', (chunk: Buffer) => {
        all += chunk.toString();
        // The body is sent once the gateway has asked for it.
        if (all === 'HTTP/1.1 100 Continue\r\n\r\n') socket.write('{}');
        if (all.includes('{"ok":true}')) socket.destroy();
      });
      socket.on('close', () => resolve(all));
      socket.setTimeout(2_000, () => socket.destroy());
      socket.write(
        'POST /models/m/x HTTP/1.1\r\nHost: g\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n',
      );
    });
    expect(text).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK/);
    expect(seen[0]?.headers).not.toHaveProperty('expect');
  });

  it('asks with the query of the serving URL, and says who asked', async () => {
    seen.length = 0;
    const from = 'Host: g\r\nX-Forwarded-For: 1.2.3.4\r\nX-Request-Id: mine\r\nContent-Length: 2\r\n\r\n{}';
    await say('POST /models/keyed/v1?x=1', from);
    expect(seen[0]?.url).toBe('/score/v1?api-version=1&code=k&x=1');
    expect(seen[0]?.headers).toMatchObject({
      'x-forwarded-for': '1.2.3.4, 127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-request-id': 'mine',
    });
  });

  it.each(['Upgrade: websocket', 'upgrade: h2c, WebSocket'])('refuses %s in words, at once', async (line) => {
    seen.length = 0;
    const rest = `Host: g\r\nConnection: Upgrade\r\n${line}\r\n\r\n`;
    expect(await say('GET /models/m/ws', rest)).toMatch(/^HTTP\/1.1 501 [^]*"code":"upgrade_not_supported"/);
    expect(seen).toHaveLength(0);
  });

  it.each(['application/grpc', 'Application/gRPC+proto', 'application/grpc; x=1'])(
    'refuses %s over HTTP/1.1 in words, and in those of gRPC',
    async (type) => {
      seen.length = 0;
      const text = await say('POST /models/m/x', `Content-Type: ${type}\r\n${POST}`);
      expect(text).toMatch(/^HTTP\/1.1 501 [^]*grpc-status: 12\r\n[^]*"code":"grpc_not_supported"/);
      expect(seen).toHaveLength(0);
    },
  );

  it.each(['application/grpc-web+proto', 'application/grpc-web', 'application/grpcx'])(
    'passes %s on, as anything else',
    async (type) => {
      const text = await say('POST /models/m/x', `Content-Type: ${type}\r\n${POST}`);
      expect(text).toMatch(/^HTTP\/1.1 200/);
    },
  );

  it('answers gRPC in gRPC, and other HTTP/2 in HTTP/2, with what to use instead', async () => {
    seen.length = 0;
    expect(await askByGrpc(gateway.url)).toEqual({
      httpStatus: 200,
      status: '12',
      message: expect.stringContaining('Ask by HTTP and JSON'),
    });
    const { headers, body } = await askByHttp2(gateway.url, { 'content-type': 'application/json' });
    expect(headers[':status']).toBe(505);
    expect(JSON.parse(body)).toMatchObject({ code: 'http2_not_supported', status: 505 });
    expect(seen).toHaveLength(0);
  });

  it('tells who begins HTTP/2 and asks nothing, and ends a hundred of them', async () => {
    const ends = Array.from({ length: 100 }, () => {
      const socket = connect(gateway.port, '127.0.0.1');
      let heard = '';
      socket.on('error', () => undefined).on('data', (bytes: Buffer) => (heard += bytes.toString('latin1')));
      socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0');
      return new Promise<string>((resolve) => socket.on('close', () => resolve(heard)));
    });
    const heard = await Promise.all(ends);
    const told = heard.filter((text) => text.includes('This gateway speaks HTTP/1.1 only'));
    expect(told.length).toBe(64);
    expect(await say('POST /models/m/x')).toMatch(/^HTTP\/1.1 200/);
  });

  it('lets an upgrade be that nobody has to take', async () => {
    const rest =
      'Host: g\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n';
    expect(await say('GET /models/m/x', rest)).toMatch(/^HTTP\/1.1 200/);
  });

  it('passes early hints on, before the answer', async () => {
    const text = await say('POST /models/raw/early-hints');
    expect(text).toMatch(
      /^HTTP\/1.1 103 Early Hints\r\nlink: <\/a.css>; rel=preload\r\n\r\nHTTP\/1.1 200 OK/,
    );
  });

  it('passes trailers on', async () => {
    expect(await say('POST /models/raw/trailers')).toMatch(/0\r\nx-checksum: abc\r\n\r\n$/);
  });

  it('passes every byte of a header on', async () => {
    expect(await say('POST /models/raw/bytes')).toContain('x-name: caf\xe9\r\n');
  });

  it('passes an answer on that ends with its connection', async () => {
    const text = await say('POST /models/raw/close');
    expect(text).toContain('until the end');
    expect(text).toMatch(/0\r\n\r\n$/);
  });

  it('never gives the bytes after an answer to the next caller', async () => {
    for (let i = 0; i < 5; i++) {
      expect(await say('POST /models/raw/twice', POST, 100)).not.toContain('poison');
      expect(await say('POST /models/raw/other', POST, 100)).not.toContain('poison');
    }
  });

  it('passes the trace context on untouched, to the candidate too', async () => {
    seen.length = 0;
    const more = `traceparent: ${TRACE}\r\ntracestate: a=1\r\nbaggage: k=v\r\n${POST}`;
    await say('POST /models/tried/x', more);
    await say('POST /models/m/x', more);
    expect(seen).toHaveLength(2);
    for (const { headers } of seen)
      expect(headers).toMatchObject({ traceparent: TRACE, tracestate: 'a=1', baggage: 'k=v' });
    const line = gateway.process
      .stderr()
      .split('\n')
      .find((one) => one.includes('"model":"tried"'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({
      method: 'POST',
      path: '/models/tried/x',
      status: 200,
      answeredBy: 'candidate',
      trace_id: '0af7651916cd43dd8448eb211c80319c',
    });
  });

  it('answers requests that come one behind the other in one packet, in their order', async () => {
    const one = (id: string) => `POST /models/m/x HTTP/1.1\r\nx-request-id: ${id}\r\n${POST}`;
    const text = await sayRaw(gateway.port, one('a') + one('b') + one('c'), 300);
    expect([...text.matchAll(/x-request-id: (\w)/g)].map(([, id]) => id)).toEqual(['a', 'b', 'c']);
  });

  it('repeats a request whose idle connection was closed by the model server just then', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 25; i++) {
      const response = await fetch(`${gateway.url}/models/raw/hang-up-when-idle`, {
        method: 'POST',
        body: '{}',
      });
      await response.arrayBuffer();
      statuses.push(response.status);
      await sleep(36 + (i % 10));
    }
    expect(statuses).toEqual(statuses.map(() => 200));
  });
});

async function memory(): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  return Number(/process_resident_memory_bytes (\d+)/.exec(text)?.[1]);
}

/** One request was answered on it; then it is quiet. */
function opening(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(gateway.port, '127.0.0.1');
    socket.once('error', reject);
    socket.once('data', () => {
      socket.off('error', reject);
      socket.on('error', () => undefined);
      resolve(socket);
    });
    socket.write('GET /healthz HTTP/1.1\r\nHost: g\r\n\r\n');
  });
}

describe('callers that misbehave', () => {
  it('a caller that leaves: the model server is told at once', async () => {
    aborted = 0;
    const socket = connect(gateway.port, '127.0.0.1');
    socket.write(`POST /models/m/slow HTTP/1.1\r\n${POST}`);
    await sleep(200);
    socket.destroy();
    await sleep(300);
    expect(aborted).toBe(1);
  });

  it('a caller that has closed its side has left, as nginx has it: it is closed, and the model server told', async () => {
    aborted = 0;
    await new Promise<void>((resolve) => {
      const socket = connect({ port: gateway.port, host: '127.0.0.1', allowHalfOpen: true });
      socket.resume();
      socket.on('close', () => resolve());
      socket.on('end', () => socket.destroy());
      socket.write(`POST /models/m/slow HTTP/1.1\r\n${POST}`);
      setTimeout(() => socket.end(), 150);
    });
    await sleep(200);
    expect(aborted).toBe(1);
  });

  it('a slow-loris is cut off, while others are served', async () => {
    const sockets = Array.from({ length: 200 }, () => connect(gateway.port, '127.0.0.1'));
    let cut = 0;
    for (const socket of sockets) {
      socket.on('error', () => undefined);
      socket.on('close', () => cut++);
      socket.resume();
      socket.write('POST /models/m/x HTTP/1.1\r\nHost: g\r\n');
    }
    const drip = setInterval(() => sockets.forEach((s) => s.writable && s.write('x-a: b\r\n')), 300);
    try {
      const response = await fetch(`${gateway.url}/models/m/x`, { method: 'POST', body: '{}' });
      expect(response.status).toBe(200);
      for (let i = 0; i < 100 && cut < sockets.length; i++) await sleep(100);
      expect(cut).toBe(sockets.length);
    } finally {
      clearInterval(drip);
      for (const socket of sockets) socket.destroy();
    }
  });

  it('10,000 idle connections are borne, and the 10,001st caller is served', async () => {
    const before = await memory();
    const sockets: Socket[] = [];
    try {
      for (let opened = 0; opened < 10_000; opened += 500)
        sockets.push(...(await Promise.all(Array.from({ length: 500 }, () => opening()))));
      const response = await fetch(`${gateway.url}/models/m/x`, { method: 'POST', body: '{}' });
      expect(response.status).toBe(200);
      const open = sockets.filter((socket) => !socket.destroyed).length;
      expect(open).toBe(10_000);
      // Some 10 kB for each.
      expect((await memory()) - before).toBeLessThan(250e6);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  }, 60_000);

  it('one who does not read holds no more than what the sockets hold, and is cut off', async () => {
    const before = await memory();
    ended = 0;
    let cut = 0;
    const responses: IncomingMessage[] = [];
    // 12 answers of 40 MB that nobody reads: the kernel takes some 6 MB of each.
    const calls = Array.from({ length: 12 }, () => {
      const call = httpRequest(`${gateway.url}/models/m/large`, { method: 'POST', agent: false });
      call.on('response', (response) => {
        response.pause();
        responses.push(response);
        response.on('error', () => undefined);
        response.on('close', () => {
          if (!response.complete) cut++;
        });
      });
      call.on('error', () => undefined);
      call.end('{}');
      return call;
    });
    await sleep(1_500);
    const grown = (await memory()) - before;
    expect(grown).toBeLessThan(90e6);
    // And is cut off after REQUEST_TIMEOUT_MS, which the model server sees; who does not read sees nothing.
    for (let i = 0; i < 300 && ended < calls.length; i++) await sleep(100);
    for (const response of responses) response.resume();
    for (let i = 0; i < 50 && cut < calls.length; i++) await sleep(100);
    for (const call of calls) call.destroy();
    expect(cut).toBe(calls.length);
  }, 60_000);
});

describe('what the gateway says of failures', () => {
  it('502 for a model server that is not there, 404 for none', async () => {
    expect(await say('POST /models/gone/x')).toMatch(/^HTTP\/1.1 502[^]*"code":"model_unreachable"/);
    expect(await say('POST /models/none/x')).toMatch(/^HTTP\/1.1 404[^]*"code":"model_not_served"/);
  });
});
