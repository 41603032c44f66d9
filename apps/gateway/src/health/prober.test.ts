import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from '@jest/globals';
import { addressPolicy } from '#libs/addresses';
import type { Route } from '#libs/traffic';
import { Prober } from './prober.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

/** One server that is many by the first part of their paths. @param statusOf of the rest of a path */
async function serveMany(delayMs: number, statusOf: (path: string) => number) {
  const asked = new Map<string, string[]>();
  const server: Server = createServer(({ url = '' }, response) => {
    const [, name = '', ...rest] = url.split('/');
    asked.set(name, [...(asked.get(name) ?? []), `/${rest.join('/')}`]);
    setTimeout(() => response.writeHead(statusOf(`/${rest.join('/')}`)).end(), delayMs).unref();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { at: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const routeTo = (model: string, urls: string[]): Route => ({
  ...{ model, candidate: null, salt: model, revision: 1, rolloutId: null, outputSpec: null, reading: null },
  primary: { version: 1, url: urls[0] ?? '', urls },
});

function probe(routes: Route[], everyMs: number, timeoutMs: number): Prober {
  const prober = new Prober(
    {
      ...{ everyMs, timeoutMs, failures: 1, successes: 1 },
      ...{ usualPath: '/v2/health/ready', dnsTtlMs: 5_000, via: 'test' },
    },
    addressPolicy(['127.0.0.0/8']),
    () => undefined,
    Math.random,
    { heardOf: () => -Infinity, addressesOf: () => [], leave: () => undefined },
    { warn: () => undefined, info: () => undefined },
  );
  cleanups.push(() => prober.close());
  prober.follow(routes);
  return prober;
}

async function until(holds: () => boolean): Promise<void> {
  const start = performance.now();
  while (!holds() && performance.now() - start < 10_000) await sleep(20);
}

it('with more addresses than can be asked in time, all are asked', async () => {
  const { at, asked } = await serveMany(20, () => 200);
  const urls = Array.from({ length: 200 }, (_, i) => `${at}/${i}`);
  const routes = [0, 1, 2, 3].map((i) => routeTo(`m${i}`, urls.slice(50 * i, 50 * (i + 1))));
  probe(routes, 1, 5_000);
  await until(() => asked.size === urls.length);
  expect(asked.size).toBe(urls.length);
}, 20_000);

it('a server that needs most of the time for each path is asked at all of them', async () => {
  const { at, asked } = await serveMany(250, (path) => (path === '/ping' ? 200 : 404));
  const prober = probe([routeTo('far', [`${at}/a`, `${at}/b`])], 100, 500);
  await until(() => prober.counts.well >= 2);
  expect(prober.counts.well).toBeGreaterThanOrEqual(2);
  expect(asked.get('a')?.length).toBeGreaterThan(3);
}, 20_000);
