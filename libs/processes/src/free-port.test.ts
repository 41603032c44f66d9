import { createServer } from 'node:net';
import { once } from 'node:events';
import { expect, it } from '@jest/globals';
import { freePort } from './free-port.ts';

it('passes over what is taken, also where it was preferred', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const draws = [port, port, 15_001];
  const found = await freePort(port, () => draws.shift() ?? 15_002);
  expect(found).not.toBe(port);
  expect(draws.length).toBe(0);
  await expect(freePort(port, () => port)).rejects.toThrow('no port is free');
  taken.close();
});

it('draws none that outgoing connections get', async () => {
  for (let i = 0; i < 50; i++) expect(await freePort()).toBeLessThan(32_768);
});
