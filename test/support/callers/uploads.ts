import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a caller sends a body, and reads. */
export interface Upload {
  /** Method and target, and header lines with their CRLF. */
  readonly line: string;
  readonly lines?: string;
  readonly bytes: number;
  readonly chunked?: boolean;
  readonly pieceBytes?: number;
  /** Between two pieces. */
  readonly pauseMs?: number;
  /** `late`: only when it has sent everything, as many clients do. */
  readonly reads: 'at once' | 'late';
  /** Gives up waiting for the end of an answer. */
  readonly mostMs?: number;
}

/** What the caller has got, by the bytes. */
export interface Uploaded {
  readonly text: string;
  readonly sentBytes: number;
  readonly error: string | null;
}

/** Sends it all, unless the connection breaks, and reads until the connection ends. */
export async function upload(port: number, how: Upload): Promise<Uploaded> {
  const { bytes, chunked = false, pieceBytes = 262_144, pauseMs = 0, reads, mostMs = 10_000 } = how;
  const socket = connect(port, '127.0.0.1');
  let [text, error, sentBytes]: [string, string | null, number] = ['', null, 0];
  socket.setNoDelay(true).setMaxListeners(0);
  socket.on('data', (piece: Buffer) => (text += piece.toString('latin1')));
  socket.on('error', (cause: NodeJS.ErrnoException) => (error = cause.code ?? cause.message));
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  if (reads === 'late') socket.pause();
  const framing = chunked ? 'transfer-encoding: chunked' : `content-length: ${bytes}`;
  socket.write(`${how.line} HTTP/1.1\r\nhost: g\r\n${how.lines ?? ''}${framing}\r\n\r\n`);
  const piece = Buffer.alloc(pieceBytes, 'x');
  for (let left = bytes; left > 0 && !socket.destroyed && socket.writable; left -= pieceBytes) {
    const now = piece.subarray(0, Math.min(left, pieceBytes));
    if (chunked) socket.write(`${now.length.toString(16)}\r\n`);
    let goOn = socket.write(now);
    if (chunked) goOn = socket.write('\r\n');
    sentBytes += now.length;
    if (!goOn)
      await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed, sleep(5_000)]);
    if (pauseMs > 0) await sleep(pauseMs);
  }
  if (chunked && socket.writable) socket.write('0\r\n\r\n');
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), mostMs);
  await closed;
  clearTimeout(timer);
  return { text, sentBytes, error };
}

/** Status and body of what came, read by its head; `null`: it is not whole. */
export function answerOf(text: string): { readonly status: number; readonly body: string } | null {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const head = text.slice(0, end);
  const rest = text.slice(end + 4);
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]);
  if (status === 100) return answerOf(rest);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length !== undefined) return rest.length === Number(length) ? { status, body: rest } : null;
  if (!rest.endsWith('0\r\n\r\n')) return null;
  let body = '';
  for (let at = 0; ;) {
    const line = rest.indexOf('\r\n', at);
    const size = parseInt(rest.slice(at, line), 16);
    if (!(size > 0)) return { status, body };
    body += rest.slice(line + 2, line + 2 + size);
    at = line + 2 + size + 2;
  }
}
