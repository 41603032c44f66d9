import { createServer, request as ask } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of a request: `pass`; `refuse`: 503 `SlowDown`, as S3 says it; a number: its answer breaks off after so many bytes of its body. */
export type Fate = 'pass' | 'refuse' | number;

const SLOW_DOWN =
  '<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>';

/** A relay in front of a server of S3, which does not always do what it is asked. @param target its address */
export async function startUnwillingRelay(target: string) {
  let fateOf: (of: string, nth: number) => Fate = () => 'pass';
  let seen = new Map<string, number>();
  const { hostname, port } = new URL(target);
  const server = createServer((incoming, answer) => {
    const of = `${incoming.method} ${incoming.url}`;
    const nth = (seen.get(of) ?? 0) + 1;
    seen.set(of, nth);
    const fate = fateOf(of, nth);
    if (fate === 'refuse') {
      incoming.resume();
      answer.writeHead(503, { 'content-type': 'application/xml' }).end(SLOW_DOWN);
      return;
    }
    const { method, url: path, headers } = incoming;
    const outgoing = ask({ hostname, port, method, path, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      if (fate === 'pass') return void response.pipe(answer);
      let left = fate;
      response.on('data', (chunk: Buffer) => {
        if (left === 0) return;
        answer.write(chunk.subarray(0, left));
        left -= Math.min(left, chunk.length);
        if (left === 0) setImmediate(() => answer.destroy());
      });
    });
    outgoing.on('error', () => answer.destroy());
    incoming.pipe(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** From now on, by method and path, and how often this was asked for. */
    by(rule: (of: string, nth: number) => Fate): void {
      fateOf = rule;
      seen = new Map();
    },
    /** How often each was asked for since. */
    counts: (): readonly number[] => [...seen.values()],
    stop: (): void => {
      server.closeAllConnections();
      server.close();
    },
  };
}
