import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from '@jest/globals';
import { addressPolicy, type Resolve } from '#libs/addresses';
import { passedRequest } from '../../heads/head-lines.ts';
import { UpstreamPool } from '../upstream-pool.ts';
import type { UpstreamLimits, UpstreamRequest } from '../upstream-request.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

/** A replica at one address, which says where it is; `open`: connections that are there. */
interface Replica {
  readonly port: number;
  readonly accepted: () => number;
  readonly open: () => number;
  answered: number;
  stop(): void;
}

async function replicaAt(address: string, port = 0, delayMs = 0): Promise<Replica> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server: Server = createServer((socket) => {
    accepted++;
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => undefined));
    socket.on('data', () => {
      replica.answered++;
      const text = `HTTP/1.1 200 OK\r\ncontent-length: ${address.length}\r\n\r\n${address}`;
      setTimeout(() => socket.write(text), delayMs).unref();
    });
  });
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(port, address, () => resolve()),
  );
  const replica: Replica = {
    port: (server.address() as AddressInfo).port,
    accepted: () => accepted,
    open: () => sockets.size,
    answered: 0,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
  cleanups.push(() => replica.stop());
  return replica;
}

/** Two at the same port of two addresses. */
async function twoReplicas(delays: [number, number] = [0, 0]): Promise<[Replica, Replica]> {
  for (;;) {
    const first = await replicaAt('127.0.0.1', 0, delays[0]);
    const second = await replicaAt('127.0.0.2', first.port, delays[1]).catch(() => null);
    if (second) return [first, second];
  }
}

/** A pool to a name whose addresses the test changes at will. */
function poolTo(port: number, addresses: string[], more: Partial<UpstreamLimits> = {}) {
  let asked = 0;
  const resolve: Resolve = (_host, _options, done) => {
    asked++;
    if (addresses.length === 0) return done(Object.assign(new Error('none'), { code: 'EAI_AGAIN' }), []);
    done(
      null,
      addresses.map((address) => ({ address, family: 4 })),
    );
  };
  const pool = new UpstreamPool(
    {
      ...{ connections: 16, waiting: 1_000, timeoutMs: 5_000, connectMs: 5_000 },
      ...{ answerHeadBytes: 4_096, keptBytes: 1_000, via: 'test', dnsTtlMs: 200, maxAgeMs: 0 },
      ...more,
    },
    addressPolicy(['127.0.0.0/8']),
    undefined,
    resolve,
  );
  cleanups.push(() => pool.close());
  const target = { version: 1, url: `http://models.example:${port}` };
  const headers = passedRequest([], { address: undefined, requestId: 'r', scheme: 'http' });
  const request: UpstreamRequest = {
    ...{ method: 'POST', model: 'm', target, rest: '/infer', headers, isRepeatable: true, trace: null },
    body: { kind: 'whole', bytes: Buffer.from('{}') },
  };
  /** @returns which address has answered, or why none has */
  const ask = (changes: Partial<UpstreamRequest> = {}): Promise<string> =>
    new Promise((settle) => {
      let said = '';
      pool.send(
        { ...request, ...changes },
        {
          ...{ place: 'exchange', endBy: () => undefined, head: () => undefined },
          chunk: (bytes) => {
            said += bytes.toString();
            return true;
          },
          end: () => settle(said),
          failed: (error) => settle(error.name),
        },
      );
    });
  return { ask, asked: () => asked };
}

/** Asks again until the answers are what is waited for, for ten seconds at most. */
async function until<T>(look: () => Promise<T> | T, holds: (found: T) => boolean): Promise<T> {
  const start = performance.now();
  for (;;) {
    const found = await look();
    if (holds(found) || performance.now() - start > 10_000) return found;
    await sleep(20);
  }
}

/** Asks so many at once, until so many are answered. */
async function askAll(ask: () => Promise<string>, total: number, atOnce: number): Promise<string[]> {
  const said: string[] = [];
  let left = total;
  const worker = async (): Promise<void> => {
    while (left-- > 0) said.push(await ask());
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return said;
}

it('equal replicas get about the same, and a slow one gets less', async () => {
  const [first, second] = await twoReplicas([2, 2]);
  const said = await askAll(poolTo(first.port, ['127.0.0.1', '127.0.0.2']).ask, 400, 8);
  expect(new Set(said)).toEqual(new Set(['127.0.0.1', '127.0.0.2']));
  expect(Math.min(first.answered, second.answered)).toBeGreaterThan(100);
  const [quick, slow] = await twoReplicas([2, 60]);
  await askAll(poolTo(quick.port, ['127.0.0.1', '127.0.0.2']).ask, 400, 8);
  expect(quick.answered).toBeGreaterThan(3 * slow.answered);
});

it('a name that moves is followed within its TTL, and what goes to where it was ends', async () => {
  const [first, second] = await twoReplicas();
  const addresses = ['127.0.0.1'];
  const { ask } = poolTo(first.port, addresses);
  expect(new Set(await askAll(ask, 20, 4))).toEqual(new Set(['127.0.0.1']));
  expect(first.open()).toBeGreaterThan(0);
  addresses[0] = '127.0.0.2';
  // The connections to it are kept by traffic all the while.
  const places = async (): Promise<string[]> => [...new Set(await askAll(ask, 20, 4))];
  expect(await until(places, (all) => all.join() === '127.0.0.2')).toEqual(['127.0.0.2']);
  expect(await until(first.open, (open) => open === 0)).toBe(0);
  expect(second.open()).toBeGreaterThan(0);
});

it('an address that is added gets requests, and one that is taken away none', async () => {
  const [first] = await twoReplicas();
  const addresses = ['127.0.0.1'];
  const { ask } = poolTo(first.port, addresses);
  await ask();
  const places = async (): Promise<string[]> => [...new Set(await askAll(ask, 40, 4))].sort();
  addresses.push('127.0.0.2');
  expect(await until(places, (all) => all.length === 2)).toEqual(['127.0.0.1', '127.0.0.2']);
  addresses.shift();
  expect(await until(places, (all) => all.length === 1)).toEqual(['127.0.0.2']);
});

it('a name server that does not answer takes no address away', async () => {
  const [first] = await twoReplicas();
  const addresses = ['127.0.0.1'];
  const { ask, asked } = poolTo(first.port, addresses);
  await ask();
  addresses.pop();
  expect(await until(asked, (times) => times > 2)).toBeGreaterThan(2);
  expect(await ask()).toBe('127.0.0.1');
});

it('a name that comes to mean what may not be connected to is asked no more', async () => {
  const [first] = await twoReplicas();
  const addresses = ['127.0.0.1'];
  const { ask } = poolTo(first.port, addresses);
  await ask();
  addresses[0] = '169.254.169.254';
  expect(await until(ask, (said) => said !== '127.0.0.1')).toBe('NotSentError');
  expect(await until(first.open, (open) => open === 0)).toBe(0);
});

it('an address that takes no connections costs no request its answer, and is tried now and then', async () => {
  const [first, second] = await twoReplicas();
  const { ask } = poolTo(first.port, ['127.0.0.1', '127.0.0.2'], { connections: 500 });
  second.stop();
  expect(new Set(await askAll(ask, 60, 6))).toEqual(new Set(['127.0.0.1']));
  const before = first.accepted();
  // It is left out now: no connection is tried there first, so the idle ones of the other serve.
  await askAll(ask, 60, 4);
  expect(first.accepted()).toBe(before);
  const again = await replicaAt('127.0.0.2', first.port);
  const answered = (): Promise<number> => askAll(ask, 20, 6).then(() => again.answered);
  expect(await until(answered, (times) => times > 0)).toBeGreaterThan(0);
});

it.each([
  [true, []],
  [false, ['ConnectionError']],
])(
  'what a replica breaks off unanswered, another answers, if it may be repeated: %s',
  async (isRepeatable, errors) => {
    const [first, second] = await twoReplicas([1, 10_000]);
    const { ask } = poolTo(first.port, ['127.0.0.1', '127.0.0.2']);
    const all = askAll(() => ask({ isRepeatable }), 12, 12);
    while (second.answered < 3) await sleep(10);
    second.stop();
    const said = await all;
    expect([...new Set(said.filter((one) => one !== '127.0.0.1'))]).toEqual(errors);
  },
);

it('no connection gets older than it may, whatever traffic it has', async () => {
  const [first] = await twoReplicas([30, 30]);
  const { ask } = poolTo(first.port, ['127.0.0.1'], { maxAgeMs: 300 });
  // One request after the other: the connection is never found idle.
  const accepted = async (): Promise<number> => {
    expect(new Set(await askAll(ask, 40, 1))).toEqual(new Set(['127.0.0.1']));
    return first.accepted();
  };
  expect(await until(accepted, (times) => times >= 3)).toBeGreaterThanOrEqual(3);
  // One at a time: those that were too old have ended.
  expect(await until(first.open, (open) => open <= 1)).toBeLessThanOrEqual(1);
});
