import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PROTOCOL_VERSION, readBatch } from '#libs/gateway-protocol';
import { EMPTY_TALLY, mergeTallies, type Tally } from '#libs/stats';
import type { Arm } from '#libs/traffic';

/** Takes the evidence of gateways, as the api does, and adds it up; it serves no routes. */
export interface EvidenceSink {
  readonly url: string;
  tally(rolloutId: string, arm: Arm): Tally;
  stop(): Promise<void>;
}

export async function startEvidenceSink(port = 0): Promise<EvidenceSink> {
  const tallies = new Map<string, Tally>();
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      if (request.method !== 'POST') return response.writeHead(503).end();
      const batch = readBatch(JSON.parse(Buffer.concat(parts).toString('utf8')));
      if ('mistakes' in batch) return response.writeHead(422).end(JSON.stringify(batch.mistakes));
      for (const { rolloutId, arm, segment, tally } of batch.lists.entries) {
        const key = `${rolloutId} ${arm}`;
        if (segment === undefined) tallies.set(key, mergeTallies([tallies.get(key) ?? EMPTY_TALLY, tally]));
      }
      const { refused } = batch;
      return response.writeHead(200, { 'content-type': 'application/json' }).end(
        JSON.stringify({
          ...{ protocol: PROTOCOL_VERSION, counted: true, refusedCount: refused.length, refused },
        }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tally: (rolloutId, arm) => tallies.get(`${rolloutId} ${arm}`) ?? EMPTY_TALLY,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
