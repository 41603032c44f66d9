import { STATUS_CODES, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';

/** An error of our own, as application/problem+json. */
export function respondProblem(
  response: ServerResponse,
  status: number,
  code: string,
  detail: string,
  headers: OutgoingHttpHeaders = {},
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = JSON.stringify({
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code,
    detail,
  });
  response
    .writeHead(status, {
      ...headers,
      'content-type': 'application/problem+json',
      'content-length': Buffer.byteLength(body),
    })
    .end(body);
}

/** Writes one chunk and waits while the caller reads slower than the model server writes. */
export function writeChunk(response: ServerResponse, chunk: Buffer): Promise<void> {
  if (response.destroyed) return Promise.reject(new Error('the caller is gone'));
  if (response.write(chunk)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      response.off('drain', settle);
      response.off('close', settle);
      if (response.destroyed) reject(new Error('the caller is gone'));
      else resolve();
    };
    response.on('drain', settle);
    response.on('close', settle);
  });
}
