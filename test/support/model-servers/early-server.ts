import { type AddressInfo, createServer, type Socket } from 'node:net';

/** What a server does with the next request for `/first`. */
export interface EarlyPlan {
  readonly status: number;
  /** `head`: it answers at once, and never reads on. */
  readonly reads: 'all' | 'head';
  /** Comes behind its answer, which it does not belong to. */
  readonly extra: string;
  readonly extraAfterMs: number;
  /** Header lines, each with its CRLF. */
  readonly header: string;
  /** The second half of its answer comes then. */
  readonly halfUntil?: Promise<void>;
}

/** A model server that may answer before it has read a request, and may go on talking; others it answers with their path. */
export interface EarlyServer {
  readonly url: string;
  /** @returns once the connection that it was played on is closed, where something came behind the answer */
  plan(plan: EarlyPlan): Promise<void>;
  /** Requests that came on a connection which had carried one before. */
  reused(): number;
  stop(): Promise<void>;
}

export async function startEarlyServer(): Promise<EarlyServer> {
  let plan: EarlyPlan | null = null;
  let reused = 0;
  let whenClosed: () => void = () => undefined;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    let held: Buffer = Buffer.alloc(0);
    let left = 0;
    let answered = 0;
    let answer: (() => void) | null = null;
    const take = (): void => {
      for (;;) {
        const body = Math.min(left, held.length);
        left -= body;
        held = held.subarray(body);
        if (left > 0) return;
        answer?.();
        answer = null;
        const end = held.indexOf('\r\n\r\n');
        if (end < 0) return;
        const head = held.toString('latin1', 0, end);
        held = held.subarray(end + 4);
        left = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        const path = head.split(' ')[1] ?? '';
        if (answered++ > 0) reused++;
        const now = path === '/first' ? plan : null;
        if (now === null) {
          answer = () => socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${path.length}\r\n\r\n${path}`);
          continue;
        }
        const say = (): void => {
          const text = `HTTP/1.1 ${now.status} X\r\n${now.header}content-length: 2\r\n\r\nok`;
          if (now.halfUntil) {
            socket.write(text.slice(0, -1));
            void now.halfUntil.then(() => socket.write('k'));
            return;
          }
          socket.write(now.extraAfterMs === 0 ? text + now.extra : text);
          socket.once('close', whenClosed);
          if (now.extraAfterMs > 0 && now.extra !== '')
            setTimeout(() => socket.write(now.extra), now.extraAfterMs);
        };
        if (now.reads === 'all') answer = say;
        else {
          socket.pause();
          socket.removeAllListeners('data');
          return say();
        }
      }
    };
    socket.on('data', (bytes: Buffer) => {
      held = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
      take();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    plan: (next) => {
      plan = next;
      // Who never reads on never hears of a close.
      const isSilent = next.extra === '' || next.reads === 'head';
      return isSilent ? Promise.resolve() : new Promise((resolve) => (whenClosed = resolve));
    },
    reused: () => reused,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
