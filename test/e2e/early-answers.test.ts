import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fuzzBudget, fuzzRounds, fuzzTimeoutMs } from '../support/fuzz-budget.ts';
import { type LoneGateway, routeTo, startLoneGateway } from '../support/gateways/lone-gateway.ts';
import {
  type Refusal,
  type RefusingServer,
  startRefusingServer,
} from '../support/model-servers/refusing-server.ts';
import { answerOf, upload, type Upload } from '../support/callers/uploads.ts';

/** Who answers before all of a request is there must be heard, whatever becomes of the connection (RFC 9112 §9.5, §9.6). */
const MOST_BUFFERED = 262_144;
const MIB = 1_048_576;
let gateway: LoneGateway;
let server: RefusingServer;

beforeAll(async () => {
  server = await startRefusingServer();
  const url = `http://127.0.0.1:${server.port}`;
  const candidate = { version: 2, url, mode: 'canary', weight: 10_000 } as const;
  gateway = await startLoneGateway(
    [
      routeTo('primary', url),
      routeTo('candidate', url, { candidate, rolloutId: '00000000-0000-4000-8000-000000000001' }),
    ],
    { MAX_BUFFERED_BYTES: String(MOST_BUFFERED), MAX_TOTAL_BUFFERED_BYTES: String(64 * MIB) },
  );
});
afterAll(async () => {
  await gateway.stop();
  await server.stop();
});

const refusal: fc.Arbitrary<Refusal> = fc.record({
  status: fc.constantFrom(400, 401, 413, 422, 429, 500, 503),
  body: fc.constantFrom(0, 9, 5_000, 40_000).map((bytes) => 'n'.repeat(bytes)),
  form: fc.constantFrom('length', 'chunks', 'close'),
  afterBytes: fc.constantFrom(0, 100_000, MIB),
  then: fc.constantFrom('reads on', 'closes', 'resets', 'resets later', 'stays'),
});
const manner = fc.record({
  line: fc.constantFrom('POST /models/primary/x', 'POST /models/candidate/x', 'PUT /models/primary/x'),
  bytes: fc.constantFrom(1, 2_000, MOST_BUFFERED - 1, MOST_BUFFERED + 1, 3 * MIB, 24 * MIB),
  chunked: fc.boolean(),
  pieceBytes: fc.constantFrom(10_000, 65_536, MIB),
  reads: fc.constantFrom('at once', 'late') as fc.Arbitrary<Upload['reads']>,
  lines: fc.constant('connection: close\r\n'),
});
const budget = fuzzBudget(20);

describe('a model server that answers while its caller still sends', () => {
  it(
    'is heard, whatever it does then, and however its caller sends and reads',
    async () => {
      let streamed = 0;
      await fuzzRounds(budget, async (seed) => {
        for (const [says, sends] of fc.sample(fc.tuple(refusal, manner), { seed, numRuns: 40 })) {
          server.refusal = says;
          const { text, error } = await upload(gateway.port, sends);
          const got = answerOf(text);
          if (sends.bytes > MOST_BUFFERED) streamed++;
          // An answer with no body and no length is whole with its head, or with its first byte.
          const isRight = got?.status === says.status && got.body === says.body;
          if (!isRight)
            throw new Error(
              `${error} ${text.slice(0, 300)} ${JSON.stringify([{ ...says, body: says.body.length }, sends])}`,
            );
        }
      });
      expect(streamed).toBeGreaterThan(5);
    },
    fuzzTimeoutMs(budget),
  );

  it('is not believed to have said all where it says yes, does not say how long that is, and resets', async () => {
    server.refusal = { status: 200, body: 'half of it', form: 'close', afterBytes: 0, then: 'resets later' };
    const sends = { line: 'POST /models/primary/x', bytes: 24 * MIB, reads: 'late' } as const;
    expect(answerOf((await upload(gateway.port, sends)).text)?.status).not.toBe(200);
  });

  it.each(['reads on', 'closes'] as const)(
    'is heard by a caller that pauses while it sends, when the server %s',
    async (then) => {
      server.refusal = { status: 413, body: 'too large', form: 'length', afterBytes: 0, then };
      const sends = { line: 'POST /models/primary/x', bytes: 3 * MIB, pieceBytes: MIB, pauseMs: 2_500 };
      const { text } = await upload(gateway.port, { ...sends, reads: 'late' });
      expect(answerOf(text)).toEqual({ status: 413, body: 'too large' });
    },
    30_000,
  );
});

describe('what the gateway itself says while a caller still sends', () => {
  it.each([
    ['404: no such model', 'POST /models/none/x', '', 404],
    ['404: no model', 'POST /x', '', 404],
    ['400: an ambiguous path', 'POST /models/primary/..;/x', '', 400],
    ['501: another coding', 'POST /models/primary/x', 'transfer-encoding: gzip\r\nx: ', 501],
    ['431: a head that is too large', 'POST /models/primary/x', `x: ${'a'.repeat(20_000)}\r\n`, 431],
    ['417: an expectation', 'POST /models/primary/x', 'expect: wonders\r\n', 417],
  ])('%s is heard', async (_, line, lines, status) => {
    for (const reads of ['at once', 'late'] as const)
      for (const chunked of [false, true]) {
        const { text } = await upload(gateway.port, { line, lines, bytes: 24 * MIB, chunked, reads });
        expect([reads, answerOf(text)?.status]).toEqual([reads, status]);
      }
  });

  it('is heard by a caller that pauses while it sends', async () => {
    const sends = { line: 'POST /models/none/x', bytes: 3 * MIB, pieceBytes: MIB, pauseMs: 2_500 };
    const { text } = await upload(gateway.port, { ...sends, reads: 'late' });
    expect(answerOf(text)?.status).toBe(404);
  }, 30_000);

  it('comes instead of "go on" to a caller that asks first', async () => {
    const sends = {
      line: 'POST /models/none/x',
      lines: 'expect: 100-continue\r\n',
      bytes: 0,
      reads: 'at once',
    };
    const { text } = await upload(gateway.port, { ...sends, chunked: true, reads: 'at once', mostMs: 1_000 });
    expect(text).toMatch(/^HTTP\/1.1 404/);
  });
});
