import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fuzzBudget, fuzzRounds, fuzzTimeoutMs } from '../support/fuzz-budget.ts';
import { hostileAnswer, type HostileAnswer, sayHostile } from '../support/model-servers/hostile-answers.ts';
import { type LoneGateway, routeTo, startLoneGateway } from '../support/gateways/lone-gateway.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import { startRawServer } from '../support/model-servers/raw-http.ts';
import { type EarlyServer, startEarlyServer } from '../support/model-servers/early-server.ts';

const ROLLOUT = '00000000-0000-4000-8000-000000000001';
/** Requests above it go on to the model server while they come in. */
const MOST_BUFFERED = 262_144;
const budget = fuzzBudget(6, 0.5);

const answers = new Map<string, HostileAnswer>();
let number = 0;
let gateway: LoneGateway;
let good: TestModelServer;
let evil: Awaited<ReturnType<typeof startRawServer>>;
let early: EarlyServer;

beforeAll(async () => {
  good = await startModelServer((_request, _body, response) => json(response, { label: 'good' }));
  evil = await startRawServer((socket, head) => {
    const answer = answers.get(/\/n(\d+)/.exec(head)?.[1] ?? '');
    if (answer) void sayHostile(socket, answer);
  });
  early = await startEarlyServer();
  const reading = {
    inputs: [],
    output: null,
    segments: [],
    requestIds: false,
    samples: { most: 0, redact: [] },
    trip: null,
  };
  const candidate = { version: 2, url: evil.url, mode: 'canary', weight: 10_000 } as const;
  gateway = await startLoneGateway(
    [
      routeTo('tried', good.url, { candidate, rolloutId: ROLLOUT, reading }),
      routeTo('early', early.url, { callers: { unit: { from: 'header', name: 'x' }, repeatable: false } }),
    ],
    {
      ...{ CANDIDATE_TIMEOUT_MS: '300', UPSTREAM_TIMEOUT_MS: '1500' },
      MAX_BUFFERED_BYTES: String(MOST_BUFFERED),
    },
  );
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([good.stop(), evil.stop(), early.stop()]);
});

interface Got {
  readonly status: number;
  readonly arm: string | null;
  readonly text: string;
}

async function ask(target: string, body: Buffer | string = '{}'): Promise<Got> {
  const response = await fetch(`${gateway.url}${target}`, { method: 'POST', body, redirect: 'manual' });
  const arm = response.headers.get('x-understudy-arm');
  return { status: response.status, arm, text: await response.text() };
}

async function askTried(answer: HostileAnswer): Promise<Got> {
  answers.set(String(++number), answer);
  const got = await ask(`/models/tried/n${number}`);
  answers.delete(String(number));
  return got;
}

describe('a candidate that says', () => {
  const said = (head: string, rest = 'ok'): HostileAnswer => ({
    pieces: [`HTTP/1.1 200 OK\r\n${head}\r\n\r\n${rest}`],
    gapMs: 0,
    end: 'stays',
  });

  it.each<[string, HostileAnswer, 'primary' | 'candidate']>([
    ['its length twice', said('content-length: 2\r\ncontent-length: 2'), 'candidate'],
    ['its length in a list', said('content-length: 2, 2'), 'candidate'],
    ['3,000 bytes of headers', said(`x: ${'a'.repeat(3_000)}\r\ncontent-length: 2`), 'candidate'],
    ['5 KB of headers', said(`x: ${'a'.repeat(5_000)}\r\ncontent-length: 2`), 'primary'],
    ['20 KB of headers', said(`x: ${'a'.repeat(20_000)}\r\ncontent-length: 2`), 'primary'],
    ['150 header lines', said(`${'x: a\r\n'.repeat(150)}content-length: 2`), 'primary'],
    ['two lengths', said('content-length: 2\r\ncontent-length: 3'), 'primary'],
    [
      'a length and chunks',
      said('content-length: 2\r\ntransfer-encoding: chunked', '2\r\nok\r\n0\r\n\r\n'),
      'primary',
    ],
    [
      'no status',
      { pieces: ['HTTP/1.1 999 X\r\ncontent-length: 2\r\n\r\nok'], gapMs: 0, end: 'stays' },
      'primary',
    ],
    ['a folded line', said('x: a\r\n b\r\ncontent-length: 2'), 'primary'],
  ])('%s', async (_, answer, arm) => {
    expect(await askTried(answer)).toEqual({
      status: 200,
      arm,
      text: arm === 'primary' ? '{"label":"good"}' : 'ok',
    });
  });

  it(
    'anything at all costs no caller an answer',
    async () => {
      const arms = new Set<string | null>();
      await fuzzRounds(budget, async (seed) => {
        for (const answer of fc.sample(hostileAnswer, { seed, numRuns: 20 })) {
          const got = await askTried(answer);
          arms.add(got.arm);
          const isRight = got.arm === 'primary' ? got.text === '{"label":"good"}' : got.status < 500;
          if (!isRight || got.status >= 500)
            throw new Error(`${JSON.stringify(got)} of ${JSON.stringify(answer).slice(0, 2_000)}`);
        }
      });
      expect([...arms].sort()).toEqual(['candidate', 'primary']);
    },
    fuzzTimeoutMs(budget),
  );
});

describe('a connection to a model server', () => {
  const step = fc.record({
    bytes: fc.constantFrom(10, 2_000, 20_000, 200_000, 300_000, 3_000_000, 6_000_000),
    status: fc.constantFrom(200, 303, 400, 413, 503),
    /** What it does with the body: servers may refuse a large one before they have read it. */
    reads: fc.constantFrom('all', 'head'),
    extra: fc.constantFrom(
      '',
      'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nEVIL',
      'x',
      'HTTP/1.1 100 Continue\r\n\r\n',
    ),
    extraAfterMs: fc.constantFrom(0, 10),
    header: fc.constantFrom('', 'connection: close\r\n', 'keep-alive: timeout=0\r\n'),
  });

  it(
    'is given to the next caller only when both directions are at rest',
    async () => {
      await fuzzRounds(budget, async (seed) => {
        for (const one of fc.sample(step, { seed, numRuns: 12 })) {
          // What fits into one packet is there with its head.
          const reads = one.status < 300 || one.bytes <= 16_384 ? 'all' : one.reads;
          const closed = early.plan({ ...one, reads });
          const first = await ask('/models/early/first', Buffer.alloc(one.bytes, 120));
          // It is closed by what comes behind an answer, before the next request is there.
          await closed;
          const others = await Promise.all(['a', 'b', 'c'].map((id) => ask(`/models/early/${id}`)));
          const seen = [first.status, ...others.map(({ status, text }) => `${status} ${text}`)];
          if (JSON.stringify(seen) !== JSON.stringify([one.status, '200 /a', '200 /b', '200 /c']))
            throw new Error(`${JSON.stringify(seen)} after ${JSON.stringify({ ...one, reads })}`);
        }
      });
      expect(early.reused()).toBeGreaterThan(0);
    },
    fuzzTimeoutMs(budget),
  );

  it('is not kept where the answer began before all of the request had left', async () => {
    let end: () => void = () => undefined;
    const halfUntil = new Promise<void>((resolve) => (end = resolve));
    void early.plan({ status: 200, reads: 'head', extra: '', extraAfterMs: 0, header: '', halfUntil });
    const body = Buffer.alloc(MOST_BUFFERED + 1_000, 120);
    const caller = connect(gateway.port, '127.0.0.1');
    let text = '';
    caller.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
    caller.on('error', () => undefined);
    const seen = async (tail: string): Promise<void> => {
      for (let tries = 0; tries < 1_000 && !text.endsWith(tail); tries++) await sleep(5);
      expect(text.slice(-tail.length)).toBe(tail);
    };
    caller.write(`POST /models/early/first HTTP/1.1\r\nhost: g\r\ncontent-length: ${body.length}\r\n\r\n`);
    caller.write(body.subarray(0, -500));
    await seen('\r\n\r\no');
    // Nobody reads it: it stays in what kernels hold.
    caller.write(body.subarray(-500));
    await sleep(100);
    end();
    await seen('\r\n\r\nok');
    expect((await ask('/models/early/next')).text).toBe('/next');
    caller.destroy();
  });
});
