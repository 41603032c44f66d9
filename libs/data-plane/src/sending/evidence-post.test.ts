import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { batchToPost, evidencePost } from './evidence-post.ts';
import { EMPTY_LISTS } from '#libs/gateway-protocol';

const LOGGER = { error: () => undefined } as never;
const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** An api; `takes` says whether it takes a body. */
async function apiThat(takes: (body: object) => boolean): Promise<{ url: string; bodies: object[] }> {
  const bodies: object[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(parts).toString()) as object;
      bodies.push(body);
      response.writeHead(takes(body) ? 200 : 400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ protocol: 1, routes: [], refused: [], accepted: 0 }));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}

const BATCH = batchToPost({
  ...{ gateway: 'g', boot: 'b', sequence: 1, ...EMPTY_LISTS },
  ...{ lacks: ['shadow'], moves: true },
});

it('says in its first batch already what it lacks', async () => {
  const { url, bodies } = await apiThat(() => true);
  await evidencePost({ apiUrl: url, token: 't' }, LOGGER)(BATCH);
  expect(bodies).toMatchObject([{ lacks: ['shadow'], moves: true }]);
});

it('leaves that out for an api that refuses what it does not know', async () => {
  const { url, bodies } = await apiThat((body) => !('lacks' in body) && !('moves' in body));
  const posted = await evidencePost({ apiUrl: url, token: 't' }, LOGGER)(BATCH);
  expect(posted.kind).not.toBe('refused');
  expect(bodies).toHaveLength(2);
});

it('is refused for other reasons once, without it', async () => {
  const { url, bodies } = await apiThat(() => false);
  const posted = await evidencePost({ apiUrl: url, token: 't' }, LOGGER)(BATCH);
  expect(posted).toMatchObject({ kind: 'refused', status: 400 });
  expect(bodies).toHaveLength(2);
});
