import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

const STATUS_OF: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'The URL and the headers together are larger than 16 KB. Send less in them.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time.'],
};

/** Answers what is no HTTP that can be read, as far as anybody still listens, and hangs up. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, detail] = STATUS_OF[error.code ?? ''] ?? [
    400,
    'The request is no HTTP/1.1 that can be read.',
  ];
  const title = STATUS_CODES[status] ?? 'Error';
  const body = JSON.stringify({
    ...{ type: 'about:blank', title, status, code: title.toLowerCase().replace(/\W+/g, '_') },
    ...{ detail, errors: [] },
  });
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
