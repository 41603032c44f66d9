import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from '@jest/globals';
import { addressPolicy } from '#libs/addresses';
import { passedRequest } from '../heads/head-lines.ts';
import type { TargetHealth } from './replicas/target-health.ts';
import { UpstreamPool } from './upstream-pool.ts';
import type { Call, UpstreamLimits, UpstreamRequest } from './upstream-request.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

/** A model server that takes so long for each answer, says who it is, and counts requests as they come. */
async function serve(name: string, delayMs: number): Promise<{ url: string; asked: number }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    socket.on('data', () => {
      replica.asked++;
      setTimeout(() => socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n${name}`), delayMs).unref();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const replica = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: 0 };
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return replica;
}

/** @returns asks a version with these serving URLs: what was answered, or why nothing was, and by which call */
function poolTo(urls: string[], limits: Partial<UpstreamLimits>, health: TargetHealth | null = null) {
  const pool = new UpstreamPool(
    {
      ...{ connections: 8, waiting: 1_000, timeoutMs: 5_000, connectMs: 5_000 },
      ...{ answerHeadBytes: 4_096, keptBytes: 1_000, via: 'test', dnsTtlMs: 5_000, maxAgeMs: 0 },
      ...limits,
    },
    addressPolicy(['127.0.0.0/8']),
    undefined,
    undefined,
    () => health,
  );
  cleanups.push(() => pool.close());
  const request: UpstreamRequest = {
    ...{ method: 'POST', model: 'm', rest: '/infer', isRepeatable: true, trace: null },
    target: { version: 1, url: urls[0] ?? '', urls },
    headers: passedRequest([], { address: undefined, requestId: 'r', scheme: 'http' }),
    body: { kind: 'whole', bytes: Buffer.from('{}') },
  };
  const ask = (): { said: Promise<string>; call: Call } => {
    let [text, settle] = ['', (_: string): void => undefined];
    const said = new Promise<string>((resolve) => (settle = resolve));
    const call = pool.send(request, {
      ...{ place: 'exchange', endBy: () => undefined, head: () => undefined },
      chunk: (bytes) => {
        text += bytes.toString();
        return true;
      },
      end: () => settle(text),
      failed: (error) => settle(error.name),
    });
    return { said, call };
  };
  return { ask, leave: (url: string) => health && pool.leave(health, url, '127.0.0.1') };
}

/** Probes, whose word the test gives. */
function toldHealth() {
  const out = new Set<string>();
  const health: TargetHealth = {
    get areAllIn() {
      return out.size === 0;
    },
    isOut: (url) => out.has(url),
  };
  return { out, health };
}

it.each([1, 4])(
  'with %s connections and many callers that wait, a replica that probes have left out gets none of them',
  async (connections) => {
    const [good, bad] = [await serve('g', 5), await serve('b', 5)];
    const { out, health } = toldHealth();
    const { ask } = poolTo([good.url, bad.url], { connections }, health);
    const all = Promise.all(Array.from({ length: 300 }, () => ask().said));
    const start = performance.now();
    // With one connection, all who wait are served by the replica that was drawn first, until something moves them.
    while (good.asked + bad.asked < 10 * connections && performance.now() - start < 5_000) await sleep(2);
    const left = bad.asked > 0 ? bad : good;
    const before = left.asked;
    out.add(left.url);
    const said = await all;
    // What was under way there, or on its way, ends there.
    expect(left.asked - before).toBeLessThanOrEqual(connections);
    expect(said.filter((one) => one !== 'g' && one !== 'b')).toEqual([]);
  },
);

it('connections that cannot be set up end in the time for one, however many serving URLs there are', async () => {
  // They take connections, and never say a word of TLS.
  const hung = await Promise.all(Array.from({ length: 12 }, () => serve('h', 60_000)));
  const { ask } = poolTo(
    hung.map(({ url }) => url.replace('http:', 'https:')),
    { connectMs: 400 },
  );
  const { said, call } = ask();
  expect(await said).toBe('ConnectTimeoutError');
  expect(call.clock.connectMs(Infinity)).toBeGreaterThan(400);
  expect(hung.reduce((sum, { asked }) => sum + asked, 0)).toBeLessThanOrEqual(3);
});

it('a request that is moved from a replica that hangs has waited since it was sent there', async () => {
  const [hung, good] = [await serve('h', 60_000), await serve('g', 5)];
  const { out, health } = toldHealth();
  const { ask, leave } = poolTo([hung.url, good.url], { connections: 2 }, health);
  const asks = Array.from({ length: 8 }, ask);
  while (hung.asked === 0 || good.asked === 0) await sleep(2);
  await sleep(300);
  out.add(hung.url);
  leave(hung.url);
  expect(await Promise.all(asks.map(({ said }) => said))).toEqual(asks.map(() => 'g'));
  const longest = Math.max(...asks.map(({ call }) => call.clock.answerMs(Infinity)));
  expect(longest).toBeGreaterThan(290);
});
