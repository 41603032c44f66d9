import { createServer as createHttpServer, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What one request tells its model server to do, so that any two servers do the same. */
export interface Told {
  readonly bytes: number;
  /** Until the head of the answer. */
  readonly firstMs: number;
  /** The body comes in so many pieces, with a pause before each but the first. */
  readonly pieces: number;
  readonly gapMs: number;
  readonly status: number;
  readonly framing: 'length' | 'chunked' | 'close';
}

export const toQuery = (told: Told): string =>
  Object.entries(told)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

/**
 * A model server that does what each request tells it.
 * @param acceptMs that each new connection takes before the first request on it is read
 * @param keepsSeconds an idle connection, and says so
 */
export async function startToldServer(
  acceptMs: number,
  keepsSeconds: number,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const http = createHttpServer((request, response) => {
    const query = new URL(request.url ?? '/', 'http://m').searchParams;
    request.resume();
    request.on('end', () => void answer(response, query).catch(() => response.destroy()));
  });
  http.keepAliveTimeout = keepsSeconds * 1_000;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    // As `createServer` of node:http does: else head and body, written apart, wait for the other side's delayed acknowledgement.
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
    if (acceptMs === 0) http.emit('connection', socket);
    else setTimeout(() => http.emit('connection', socket), acceptMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

async function answer(response: ServerResponse, query: URLSearchParams): Promise<void> {
  const number = (name: string): number => Number(query.get(name) ?? 0);
  const [bytes, pieces] = [number('bytes'), Math.max(1, number('pieces'))];
  await sleep(number('firstMs'));
  const framing = query.get('framing');
  response.writeHead(number('status'), {
    ...(framing === 'length' ? { 'content-length': bytes } : {}),
    ...(framing === 'close' ? { connection: 'close' } : {}),
  });
  for (let i = 0; i < pieces; i++) {
    if (i > 0) await sleep(number('gapMs'));
    const from = Math.floor((bytes * i) / pieces);
    response.write(Buffer.alloc(Math.floor((bytes * (i + 1)) / pieces) - from, 'a'));
  }
  response.end();
}
