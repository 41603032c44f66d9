import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TestModelServer {
  readonly url: string;
  /** Requests that were answered, but for health probes. */
  readonly hits: () => number;
  stop(): Promise<void>;
}

/** A model server whose answers a test decides. */
export async function startModelServer(
  answer: (request: IncomingMessage, body: string, response: ServerResponse) => void,
): Promise<TestModelServer> {
  let hits = 0;
  const server = createServer((request, response) => {
    if (request.url === '/v2/health/ready') {
      response.writeHead(200).end('{}');
      return;
    }
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      hits++;
      answer(request, body, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hits: () => hits,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const json = (response: ServerResponse, value: unknown, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
};
