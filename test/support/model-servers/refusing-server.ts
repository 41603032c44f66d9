import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

/** How a model server answers before it has read a request. */
export interface Refusal {
  readonly status: number;
  readonly body: string;
  /** Where the body ends. */
  readonly form: 'length' | 'chunks' | 'close';
  /** So much of the request is read first. */
  readonly afterBytes: number;
  /** What it does then: reads on for a while, closes with the rest unread, or resets the connection. */
  readonly then: 'reads on' | 'closes' | 'resets' | 'resets later' | 'stays';
}

export interface RefusingServer {
  readonly port: number;
  /** How the next requests are answered. */
  refusal: Refusal;
  stop(): Promise<void>;
}

/** @param tls key and certificate, for https */
export async function startRefusingServer(tls?: {
  readonly key: string;
  readonly cert: string;
}): Promise<RefusingServer> {
  const sockets = new Set<Socket>();
  const onSocket = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    let bytes = 0;
    let [head, tail] = ['', ''];
    let answered = false;
    socket.on('data', (piece: Buffer) => {
      if (answered) return;
      bytes += piece.length;
      if (!head.includes('\r\n\r\n')) head += piece.toString('latin1', 0, 4_096);
      tail = (tail + piece.toString('latin1', Math.max(0, piece.length - 8))).slice(-8);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? Infinity);
      const isWhole = bytes >= head.indexOf('\r\n\r\n') + 4 + length || tail.endsWith('\r\n0\r\n\r\n');
      if (!head.includes('\r\n\r\n') || (bytes < server.refusal.afterBytes && !isWhole)) return;
      answered = true;
      refuse(socket, server.refusal);
    });
  };
  const listener = tls ? createTlsServer(tls, onSocket) : createServer(onSocket);
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const server: RefusingServer = {
    port: (listener.address() as AddressInfo).port,
    refusal: { status: 413, body: 'no', form: 'length', afterBytes: 0, then: 'reads on' },
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        listener.close(() => resolve());
      }),
  };
  return server;
}

function refuse(socket: Socket, { status, body, form, then }: Refusal): void {
  const head = `HTTP/1.1 ${status} No\r\nconnection: close\r\n`;
  const whole = {
    length: `${head}content-length: ${body.length}\r\n\r\n${body}`,
    chunks: `${head}transfer-encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    close: `${head}\r\n${body}`,
  }[form];
  if (then !== 'reads on') socket.pause();
  socket.write(whole, () => {
    switch (then) {
      case 'reads on':
        socket.end();
        return void setTimeout(() => socket.destroy(), 5_000).unref();
      case 'closes':
        socket.end();
        return void setTimeout(() => socket.destroy(), 20);
      case 'resets':
        return void socket.resetAndDestroy();
      case 'resets later':
        return void setTimeout(() => socket.resetAndDestroy(), 5);
      case 'stays':
        if (form === 'close') socket.end();
    }
  });
}
