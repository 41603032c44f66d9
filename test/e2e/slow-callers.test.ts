import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Route } from '#libs/traffic';
import { type LoneGateway, routeTo, startLoneGateway } from '../support/gateways/lone-gateway.ts';
import { startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import { answerOf, upload } from '../support/callers/uploads.ts';

/** Callers on slow lines: a pause ends their request, never how long all of it takes. */
const PAUSE_MS = 1_500;
const MOST_BUFFERED = 1_000_000;
const LONG = 'y'.repeat(7_000_000);
let gateway: LoneGateway;
let model: TestModelServer;

beforeAll(async () => {
  model = await startModelServer((request, body, response) => {
    response.end(request.url === '/long' ? LONG : String(body.length));
  });
  gateway = await startLoneGateway(routes(), {
    ...{ REQUEST_TIMEOUT_MS: String(PAUSE_MS), UPSTREAM_TIMEOUT_MS: '500', CANDIDATE_TIMEOUT_MS: '500' },
    ...{ UPSTREAM_CONCURRENCY: '2', MAX_BUFFERED_BYTES: String(MOST_BUFFERED) },
  });
});
afterAll(async () => {
  await gateway.stop();
  await model.stop();
});

const routes = (): readonly Route[] => {
  const candidate = { version: 2, url: model.url, mode: 'canary', weight: 10_000 } as const;
  return [
    routeTo('primary', model.url),
    routeTo('candidate', model.url, { candidate, rolloutId: '00000000-0000-4000-8000-000000000001' }),
  ];
};
const CLOSE = 'connection: close\r\n';

describe('a caller that sends slowly', () => {
  it.each([
    ['1 KB a second, in small pieces', 'primary', { bytes: 6_000, pieceBytes: 100, pauseMs: 100 }],
    ['in chunks', 'primary', { bytes: 6_000, pieceBytes: 100, pauseMs: 100, chunked: true }],
    ['a candidate', 'candidate', { bytes: 6_000, pieceBytes: 300, pauseMs: 300 }],
    ['with pauses', 'primary', { bytes: 6_000, pieceBytes: 1_000, pauseMs: 900 }],
    [
      'more than is held, with pauses that are longer than a model server may take',
      'primary',
      { bytes: 4 * MOST_BUFFERED, pieceBytes: MOST_BUFFERED, pauseMs: 900 },
    ],
    [
      'the same in chunks',
      'primary',
      { bytes: 4 * MOST_BUFFERED, pieceBytes: MOST_BUFFERED, pauseMs: 900, chunked: true },
    ],
  ])(
    'is served: %s',
    async (_, name, how) => {
      const line = `POST /models/${name}/x`;
      const { text } = await upload(gateway.port, { line, lines: CLOSE, ...how, reads: 'at once' });
      expect(answerOf(text)).toEqual({ status: 200, body: String(how.bytes) });
    },
    20_000,
  );

  it.each([false, true])(
    'is cut off by a pause, and told so (chunked: %s)',
    async (chunked) => {
      for (const bytes of [2_000, 2 * MOST_BUFFERED]) {
        const how = { bytes, pieceBytes: bytes / 2, pauseMs: 3 * PAUSE_MS, chunked };
        const { text } = await upload(gateway.port, {
          line: 'POST /models/primary/x',
          ...how,
          reads: 'at once',
        });
        expect(answerOf(text)?.status).toBe(408);
      }
    },
    30_000,
  );

  it('gives its connection to the model server up to others that wait, when it sends next to nothing', async () => {
    const line = 'POST /models/primary/x';
    // Of two connections one is for bodies that still come in.
    const dawdler = connect(gateway.port, '127.0.0.1');
    dawdler.on('error', () => undefined).resume();
    dawdler.write(`${line} HTTP/1.1\r\nhost: g\r\ncontent-length: ${3 * MOST_BUFFERED}\r\n\r\n`);
    dawdler.write(Buffer.alloc(2 * MOST_BUFFERED, 'x'));
    const drip = setInterval(() => dawdler.write('x'), 500);
    await sleep(2 * PAUSE_MS);
    expect(dawdler.destroyed).toBe(false);
    const ask = async (): Promise<number | undefined> => {
      const { text } = await upload(gateway.port, {
        ...{ line, lines: CLOSE, bytes: 2 * MOST_BUFFERED, reads: 'at once' },
      });
      return answerOf(text)?.status;
    };
    let status: number | undefined;
    // Its turn comes within two windows; until then others are told to try again.
    for (let i = 0; i < 60 && status !== 200; i++) status = await ask();
    clearInterval(drip);
    expect(status).toBe(200);
    dawdler.destroy();
  }, 60_000);
});

describe('a caller that reads slowly', () => {
  it.each(['primary', 'candidate'])(
    'costs no other caller of its model an answer, however many of them there are: %s',
    async (name) => {
      const flood = await startModelServer((request, _body, response) => {
        if (request.url !== '/flood') return void response.end('ok');
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const event = Buffer.from(`data: ${'x'.repeat(65_000)}\n\n`);
        const more = (): void => {
          while (!response.destroyed) if (!response.write(event)) return void response.once('drain', more);
        };
        more();
      });
      const candidate = { version: 2, url: flood.url, mode: 'canary', weight: 10_000 } as const;
      const rolloutId = '00000000-0000-4000-8000-000000000002';
      const small = await startLoneGateway(
        [routeTo('primary', flood.url), routeTo('candidate', flood.url, { candidate, rolloutId })],
        { MAX_TOTAL_BUFFERED_BYTES: '4000000', MAX_BUFFERED_BYTES: '1000000' },
      );
      const line = `POST /models/${name}`;
      const readers = Array.from({ length: 12 }, () => {
        const socket = connect(small.port, '127.0.0.1').on('error', () => undefined);
        socket.pause();
        socket.write(`${line}/flood HTTP/1.1\r\nhost: g\r\ncontent-length: 2\r\n\r\n{}`);
        return socket;
      });
      const statuses = new Set<number | undefined>();
      // Until kernels take no more, and for a while after that.
      for (let i = 0; i < 40; i++) {
        const { text } = await upload(small.port, {
          line: `${line}/x`,
          lines: CLOSE,
          bytes: 100,
          reads: 'at once',
        });
        statuses.add(answerOf(text)?.status);
        await sleep(100);
      }
      for (const socket of readers) socket.destroy();
      await small.stop();
      await flood.stop();
      expect([...statuses]).toEqual([200]);
    },
    60_000,
  );

  it('gets all of it, from a primary and from a candidate', async () => {
    // Kernels take a third of their buffers at a time, which is a second's reading here.
    const holding = await startLoneGateway(routes(), { REQUEST_TIMEOUT_MS: '4000' });
    // As much as kernels do not take: some answers, one behind the other, at 1 MB a second.
    const asks = 3;
    const read = async (name: string): Promise<number> => {
      const socket = connect({ port: holding.port, host: '127.0.0.1' });
      socket.on('error', () => undefined);
      const one = `POST /models/${name}/long HTTP/1.1\r\nhost: g\r\ncontent-length: 2\r\n\r\n{}`;
      socket.write(one.repeat(asks - 1) + one.replace('\r\n\r\n', `\r\n${CLOSE}\r\n`));
      let bytes = 0;
      for await (const piece of socket) {
        bytes += (piece as Buffer).length;
        await sleep(50);
      }
      return bytes;
    };
    const all = await Promise.all([read('primary'), read('candidate')]);
    await holding.stop();
    for (const bytes of all) expect(bytes).toBeGreaterThan(asks * LONG.length);
  }, 90_000);
});
