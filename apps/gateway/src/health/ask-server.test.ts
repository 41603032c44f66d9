import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, it } from '@jest/globals';
import { addressPolicy, guardedLookup } from '#libs/addresses';
import type { PathAnswer } from '#libs/traffic';
import { originOf } from '../upstream/origin.ts';
import { askServer } from './ask-server.ts';

const servers: { server: Server; sockets: Set<Socket> }[] = [];
afterEach(() => {
  for (const { server, sockets } of servers.splice(0)) {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});

/** What a server that answers so is understood to say; `null`: nothing. */
async function asked(
  answer: (socket: Socket) => void,
  timeoutMs = 300,
): Promise<{ said: PathAnswer | null; head: string }> {
  const sockets = new Set<Socket>();
  let head = '';
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    socket.once('data', (bytes) => {
      head = bytes.toString();
      answer(socket);
    });
  });
  servers.push({ server, sockets });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  // The name is looked up by nobody: this address is meant.
  const at = {
    origin: originOf(`http://models.example:${port}/base/?key=1`),
    address: '127.0.0.1',
    family: 4,
  };
  const lookup = guardedLookup(addressPolicy(['127.0.0.0/8']));
  const dial = { lookup, secure: () => undefined, random: () => 0 };
  const said = await new Promise<PathAnswer | null>((told) =>
    askServer(at, '/up', { dial, timeoutMs, via: 'test' }, told),
  );
  return { said, head };
}
const text =
  (answer: string, end = false) =>
  (socket: Socket) =>
    void (end ? socket.end(answer) : socket.write(answer));

const encoded =
  (coding: string) =>
  (socket: Socket): void => {
    const body = coding === 'gzip' ? gzipSync('{"ready":false}') : Buffer.from('ok');
    socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: ${coding}\r\ncontent-length: ${body.length}\r\n\r\n`);
    socket.write(body);
  };

it.each<[string, (socket: Socket) => void, PathAnswer | null]>([
  ['kept alive', text('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'), { status: 200, body: 'ok' }],
  [
    'closed',
    text('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}', true),
    { status: 200, body: {} },
  ],
  [
    'of HTTP/1.0, to its end',
    text('HTTP/1.0 200 OK\r\n\r\n{"ready":false}', true),
    { status: 200, body: { ready: false } },
  ],
  ['encoded, though nobody asked for that', encoded('gzip'), { status: 200 }],
  ['encoded as it is', encoded('identity'), { status: 200, body: 'ok' }],
  ['empty', text('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'), { status: 200, body: undefined }],
  ['without an end', text('HTTP/1.1 200 OK\r\n\r\n{"ready":true}'), { status: 200 }],
  ['a refusal without an end', text('HTTP/1.1 503 Busy\r\n\r\n'), { status: 503 }],
  ['an interim answer first', text('HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 204 None\r\n\r\n'), { status: 204 }],
  ['none', () => undefined, null],
  ['none, and closed', (socket) => void socket.end(), null],
  ['no HTTP', text('SSH-2.0-x\r\n'), null],
])('an answer: %s', async (_what, answer, expected) => {
  const { said, head } = await asked(answer);
  expect(said).toEqual(expected);
  expect(head).toMatch(/^GET \/base\/up\?key=1 HTTP\/1\.1\r\nhost: models\.example:\d+\r\n/);
});

it('nobody listens', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const dial = {
    lookup: guardedLookup(addressPolicy(['127.0.0.0/8'])),
    secure: () => undefined,
    random: () => 0,
  };
  const at = { origin: originOf(`http://127.0.0.1:${port}`), address: '127.0.0.1', family: 4 };
  const said = await new Promise((told) => askServer(at, '/', { dial, timeoutMs: 5_000, via: 'test' }, told));
  expect(said).toBeNull();
});
