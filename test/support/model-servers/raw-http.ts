import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** Writes bytes to a port of this machine and gives back what it says until it hangs up or is quiet for a while. */
export function sayRaw(port: number, bytes: string, quietMs = 700): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    const finish = (): void => {
      socket.destroy();
      resolve(text);
    };
    socket.setTimeout(quietMs, finish);
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    socket.on('close', finish);
    socket.on('error', () => undefined);
    socket.write(bytes, 'latin1');
  });
}

/** A server that says what a test wants, byte by byte, to whatever request comes. */
export async function startRawServer(
  onRequest: (socket: Socket, head: string) => void,
): Promise<{ readonly url: string; readonly heads: string[]; stop(): Promise<void> }> {
  const heads: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (text.length < end + 4 + length) return;
      const head = text.slice(0, end);
      text = text.slice(end + 4 + length);
      heads.push(head);
      onRequest(socket, head);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heads,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
