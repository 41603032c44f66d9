import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from '@jest/globals';
import { addressPolicy } from '#libs/addresses';
import { passedRequest } from '../heads/head-lines.ts';
import { UpstreamPool } from './upstream-pool.ts';
import type { UpstreamRequest } from './upstream-request.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

type Behaviour = (socket: Socket, connection: number) => void;
/** Says so that it keeps idle connections for two seconds: the gateway keeps them for one. */
const KEPT = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nkeep-alive: timeout=2\r\n\r\n{}';
const answers =
  (text = KEPT): Behaviour =>
  (socket) =>
    void socket.on('data', () => socket.write(text));

async function serve(behaviour: Behaviour): Promise<{ url: string; connections: () => number }> {
  let connections = 0;
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    behaviour(socket, connections++);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
  };
}

function poolTo(url: string, warm: boolean, timeoutMs = 5_000) {
  const pool = new UpstreamPool(
    {
      ...{ connections: 8, waiting: 0, timeoutMs, connectMs: 5_000 },
      ...{ answerHeadBytes: 4_096, keptBytes: 1_000, via: 'test' },
      ...{ dnsTtlMs: 5_000, maxAgeMs: 0 },
    },
    addressPolicy(['127.0.0.0/8']),
  );
  cleanups.push(() => pool.close());
  const target = { version: 1, url };
  if (warm) pool.keepWarm([target]);
  const request: UpstreamRequest = {
    ...{
      method: 'POST',
      model: 'm',
      target,
      rest: '/infer',
      headers: passedRequest([], { address: undefined, requestId: 'r', scheme: 'http' }),
      isRepeatable: true,
      trace: null,
    },
    body: { kind: 'whole', bytes: Buffer.from('{}') },
  };
  /**
   * @param heldUpMs for so long the caller does not read
   * @returns what setting up its connection took, or why it failed
   */
  return (heldUpMs = 0): Promise<number | string> =>
    new Promise((resolve) => {
      let goOn = (): void => undefined;
      const call = pool.send(request, {
        ...{
          place: 'exchange',
          endBy: () => undefined,
          head: (_status, _headers, resume) => (goOn = resume),
        },
        chunk: () => {
          if (heldUpMs === 0) return true;
          setTimeout(() => goOn(), heldUpMs);
          return false;
        },
        end: () => resolve(call.clock.connectMs(performance.now())),
        failed: (error) => resolve(error.name),
      });
    });
}

it.each([
  [true, 0],
  [false, 3],
])(
  'a model that is judged finds a connection that is set up, however rarely it is asked: %s',
  async (warm, cold) => {
    const server = await serve(answers());
    const ask = poolTo(server.url, warm);
    await ask();
    const took: (number | string)[] = [];
    for (let i = 0; i < 3; i++) {
      await sleep(1_900);
      took.push(await ask());
    }
    expect(took.filter((ms) => ms !== 0)).toHaveLength(cold);
  },
  20_000,
);

it('a server that closes connections after an answer is given none that send nothing', async () => {
  const server = await serve((socket) =>
    socket.on('data', () =>
      socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}'),
    ),
  );
  const ask = poolTo(server.url, true);
  for (let i = 0; i < 3; i++) expect(await ask()).toEqual(expect.any(Number));
  await sleep(500);
  expect(server.connections()).toBe(3);
});

it('where the server closes it just when it is used, another one takes the request', async () => {
  const server = await serve((socket, connection) => {
    // The spare one, after the first has been idle for too long, is closed by the first byte of a request.
    if (connection === 1) socket.on('data', () => socket.destroy());
    else answers()(socket, connection);
  });
  const ask = poolTo(server.url, true);
  await ask();
  while (server.connections() < 2) await sleep(20);
  await sleep(600); // and the first one is gone
  expect(await ask()).toEqual(expect.any(Number));
  expect(server.connections()).toBe(3);
}, 20_000);

it('a server that hangs up at once is asked for a spare one once a second at most', async () => {
  const server = await serve((socket, connection) => {
    if (connection > 0) socket.destroy();
    else answers()(socket, connection);
  });
  const ask = poolTo(server.url, true);
  await ask();
  while (server.connections() < 2) await sleep(20);
  await sleep(2_500);
  expect(server.connections()).toBeLessThanOrEqual(5);
}, 20_000);

it.each([
  ['a caller that does not read for longer than that', 700, 0, expect.any(Number)],
  ['a model server that sends nothing for longer than that', 0, 700, 'UpstreamTimeoutError'],
])('300 ms of silence; %s', async (_who, heldUpMs, silentMs, outcome) => {
  const server = await serve((socket) =>
    socket.on('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab');
      setTimeout(() => socket.write('cd'), silentMs);
    }),
  );
  expect(await poolTo(server.url, false, 300)(heldUpMs)).toEqual(outcome);
});
