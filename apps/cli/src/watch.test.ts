import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { contextOf } from './context.ts';
import { EXIT } from './exit.ts';
import { createPrinter } from './printer.ts';
import { watchRollout } from './watch.ts';

const ONE_LOOK = { timeoutMs: 0, isQuiet: true };
const contextAt = (url: string) =>
  contextOf({
    ...{ url, token: 't', configFolder: '/x', print: createPrinter(false) },
    signal: new AbortController().signal,
  });

it('--timeout 0 is one look: what it saw has not ended', async () => {
  let looks = 0;
  const server = createServer((request, response) => {
    if (/\/rollouts\/r$/.test(request.url ?? '')) looks++;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ id: 'r', state: 'running', items: [] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const watching = watchRollout(contextAt(`http://127.0.0.1:${port}`), 'r', ONE_LOOK);
    await expect(watching).rejects.toMatchObject({ code: EXIT.timeout });
    expect(looks).toBe(1);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

it('and where nobody answers it says that, and not that the rollout has not ended', async () => {
  const watching = watchRollout(contextAt('http://127.0.0.1:9'), 'r', ONE_LOOK);
  await expect(watching).rejects.toMatchObject({ status: 0 });
});
