import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { addressPolicy, guardedLookup, type Resolve } from '#libs/addresses';
import { VersionHealth } from './version-health.ts';

const TTL_MS = 50;

it.each<[string, (asked: number) => string | null]>([
  ['cannot be looked up at first', (asked) => (asked === 1 ? null : '127.0.0.2')],
  ['names at first what may not be connected to', (asked) => (asked === 1 ? '169.254.169.254' : '127.0.0.2')],
])('a replica whose name %s is asked later', async (_what, addressAt) => {
  let asked = 0;
  const resolve: Resolve = (_host, _options, done) => {
    const address = addressAt(++asked);
    if (address === null) done(Object.assign(new Error('none'), { code: 'EAI_AGAIN' }), []);
    else done(null, [{ address, family: 4 }]);
  };
  const lookup = guardedLookup(addressPolicy(['127.0.0.0/8']), resolve);
  const urls = ['http://127.0.0.1:8000', 'http://late.example:8000'];
  const health = new VersionHealth(
    { version: 1, url: urls[0] ?? '', urls },
    { lookup, secure: () => undefined, random: () => 0 },
    TTL_MS,
  );
  const refresh = (): void =>
    health.refresh(
      performance.now(),
      () => 0,
      () => [],
    );
  const start = performance.now();
  while (health.all.length < 2 && performance.now() - start < 5_000) {
    refresh();
    await sleep(10);
  }
  expect(health.all.map(({ address }) => address)).toEqual(['127.0.0.1', '127.0.0.2']);
  // Once for each TTL, however often it is refreshed.
  expect(asked).toBeLessThanOrEqual(2 + (performance.now() - start) / TTL_MS);
});
