import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LinkOnce {
  readonly url: string;
  close(): void;
}

/**
 * A link on this machine that leads on once: whoever opens it first is sent to the target, and it is gone.
 * @param target called when it is opened: until then there is no secret at all
 * @param forMs it is gone then, opened or not
 */
export async function linkOnce(target: () => Promise<string>, forMs: number): Promise<LinkOnce> {
  const path = `/${randomBytes(32).toString('base64url')}`;
  let isOpened = false;
  const server = createServer((request, response) => {
    const headers = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', connection: 'close' };
    const refuse = (status: number, text: string): void =>
      void response
        .writeHead(status, { ...headers, 'content-type': 'text/plain; charset=utf-8' })
        .end(`${text}\n`);
    if (request.method !== 'GET' || request.url !== path) return refuse(404, 'There is nothing here.');
    if (isOpened) return refuse(410, 'This link has been opened. Start again with --open for another one.');
    isOpened = true;
    target().then(
      (location) => {
        response.writeHead(303, { ...headers, location }).end();
        server.close();
      },
      () => {
        isOpened = false;
        refuse(503, 'The database does not answer right now. Open the link again.');
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const close = (): void => {
    clearTimeout(timer);
    server.close();
    server.closeAllConnections();
  };
  const timer = setTimeout(close, forMs).unref();
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, close };
}
