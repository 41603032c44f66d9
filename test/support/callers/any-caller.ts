import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a caller behaves on the line; its requests are the same. */
export interface Manner {
  /** It stops so long after each read. */
  readonly readPauseMs: number;
  /** It sends its body in four pieces, so far apart. */
  readonly writePauseMs: number;
  /** It hangs up then, answered or not; `null`: it stays. */
  readonly leavesAfterMs: number | null;
}

/**
 * Asks once, on a connection of its own.
 * @returns the arm that answered and the status; both empty when the caller left before
 */
export function askAs(
  manner: Manner,
  to: { readonly port: number; readonly path: string; readonly unit: string; readonly bodyBytes: number },
): Promise<{ arm: string; status: string }> {
  return new Promise((resolve) => {
    const socket = connect(to.port, '127.0.0.1');
    let head = '';
    socket.on('error', () => undefined);
    socket.on('close', () =>
      resolve({
        arm: /x-understudy-arm: (\w+)/.exec(head)?.[1] ?? '',
        status: /^HTTP\/1.1 (\d+)/.exec(head)?.[1] ?? '',
      }),
    );
    socket.on('data', (bytes: Buffer) => {
      if (head.length < 2_000) head += bytes.toString('latin1', 0, 2_000);
      if (manner.readPauseMs === 0) return;
      socket.pause();
      setTimeout(() => socket.resume(), manner.readPauseMs);
    });
    if (manner.leavesAfterMs !== null) setTimeout(() => socket.destroy(), manner.leavesAfterMs);
    void write();

    async function write(): Promise<void> {
      socket.write(
        `POST ${to.path} HTTP/1.1\r\nhost: g\r\nconnection: close\r\nx-understudy-unit: ${to.unit}\r\ncontent-length: ${to.bodyBytes}\r\n\r\n`,
      );
      const pieces = manner.writePauseMs > 0 ? 4 : 1;
      for (let i = 0; i < pieces; i++) {
        if (manner.writePauseMs > 0) await sleep(manner.writePauseMs);
        const from = Math.floor((to.bodyBytes * i) / pieces);
        if (!socket.destroyed)
          socket.write(Buffer.alloc(Math.floor((to.bodyBytes * (i + 1)) / pieces) - from, '1'));
      }
    }
  });
}
