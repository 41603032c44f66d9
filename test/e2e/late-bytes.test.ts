import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fuzzBudget, fuzzRounds, fuzzTimeoutMs } from '../support/fuzz-budget.ts';
import { type LoneGateway, routeTo, startLoneGateway } from '../support/gateways/lone-gateway.ts';
import { startRawServer } from '../support/model-servers/raw-http.ts';

/** What a server still says when its answer is over must be nobody's: neither the next caller's answer nor its 502. */
interface Tail {
  readonly method: string;
  /** Status line and header lines. */
  readonly head: string;
  readonly body: string;
  readonly late: string;
  /** When it says that: so long after its answer, or with the next request, in front of the answer to it. */
  readonly when: number | 'next';
}

let gateway: LoneGateway;
let server: Awaited<ReturnType<typeof startRawServer>>;
let tail: Tail | null = null;
const owed = new Map<Socket, string>();

beforeAll(async () => {
  server = await startRawServer((socket, head) => {
    const path = head.split(' ')[1] ?? '';
    if (path !== '/first' || tail === null) {
      const before = owed.get(socket) ?? '';
      owed.delete(socket);
      return void socket.write(`${before}HTTP/1.1 200 OK\r\ncontent-length: ${path.length}\r\n\r\n${path}`);
    }
    const { head: answer, body, late, when } = tail;
    socket.write(`HTTP/1.1 ${answer}\r\n\r\n${body}`);
    if (when === 'next') owed.set(socket, late);
    else setTimeout(() => socket.write(late), when);
  });
  const candidate = { version: 2, url: server.url, mode: 'canary', weight: 10_000 } as const;
  gateway = await startLoneGateway([
    routeTo('primary', server.url),
    routeTo('candidate', server.url, { candidate, rolloutId: '00000000-0000-4000-8000-000000000001' }),
  ]);
});
afterAll(async () => {
  await gateway.stop();
  await server.stop();
});

const CHUNKED = 'transfer-encoding: chunked';
const tails: fc.Arbitrary<Tail> = fc
  .oneof(
    fc.record({
      method: fc.constantFrom('POST', 'DELETE'),
      head: fc.constantFrom(
        ...['204 No Content', `204 No Content\r\n${CHUNKED}`, '204 No Content\r\ncontent-length: 5'],
        ...['304 Not Modified\r\ncontent-length: 5', `304 Not Modified\r\n${CHUNKED}`],
      ),
      body: fc.constant(''),
      late: fc.constantFrom('0\r\n\r\n', '\r\n', '5\r\nhello\r\n0\r\n\r\n', 'hello', '0\r\n'),
      when: fc.constantFrom<Tail['when']>(0, 1, 5, 20, 'next', 'next'),
    }),
    fc.record({
      method: fc.constant('HEAD'),
      head: fc.constantFrom('200 OK\r\ncontent-length: 5', `200 OK\r\n${CHUNKED}`, '200 OK'),
      body: fc.constant(''),
      late: fc.constantFrom('hello', '5\r\nhello\r\n0\r\n\r\n', '0\r\n\r\n'),
      when: fc.constantFrom<Tail['when']>(0, 1, 5, 20, 'next', 'next'),
    }),
    fc.record({
      method: fc.constant('POST'),
      head: fc.constantFrom(
        '205 Reset\r\ncontent-length: 0',
        '200 OK\r\ncontent-length: 2',
        `200 OK\r\n${CHUNKED}`,
      ),
      body: fc.constant(''),
      late: fc.constantFrom('\r\n', '\r\n\r\n', '0\r\n\r\n', 'x'),
      when: fc.constantFrom<Tail['when']>(0, 1, 5, 20, 'next', 'next'),
    }),
  )
  .map((one) => {
    const body = one.head.startsWith('200 OK\r\ncontent-length: 2') ? 'ok' : '';
    const chunks =
      one.method === 'POST' && one.head === `200 OK\r\n${CHUNKED}` ? '2\r\nok\r\n0\r\n\r\n' : body;
    return { ...one, body: chunks };
  });

async function ask(model: string, path: string, method = 'POST') {
  const body = method === 'POST' ? '{}' : null;
  const response = await fetch(`${gateway.url}/models/${model}/${path}`, { method, body });
  return { status: response.status, text: await response.text() };
}

const budget = fuzzBudget(10);

describe('bytes that come behind an answer', () => {
  it(
    'cost no other caller an answer, whenever they come',
    async () => {
      let repeated = 0;
      await fuzzRounds(budget, async (seed) => {
        for (const one of fc.sample(tails, { seed, numRuns: 60 }))
          for (const model of ['primary', 'candidate']) {
            tail = one;
            server.heads.length = 0;
            const first = await ask(model, 'first', one.method);
            const status = Number(one.head.slice(0, 3));
            if (typeof one.when === 'number') await sleep(one.when % 3);
            const next = await Promise.all(['a', 'bb', 'ccc'].map((path) => ask(model, path)));
            if (server.heads.length > 4) repeated++;
            const seen = [first.status, ...next.map(({ status: got, text }) => `${got} ${text}`)];
            if (JSON.stringify(seen) !== JSON.stringify([status, '200 /a', '200 /bb', '200 /ccc']))
              throw new Error(`${model} ${JSON.stringify(seen)} after ${JSON.stringify(one)}`);
          }
      });
      expect(repeated).toBeGreaterThan(0);
    },
    fuzzTimeoutMs(budget),
  );
});
