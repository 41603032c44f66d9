import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createBrotliCompress, createDeflate, createGzip, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Route } from '#libs/traffic';
import { type EvidenceSink, startEvidenceSink } from '../support/gateways/evidence-sink.ts';
import { eventually } from '../support/installation.ts';
import { type LoneGateway, routeTo, startLoneGateway } from '../support/gateways/lone-gateway.ts';
import { startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import { startRawServer } from '../support/model-servers/raw-http.ts';

/** Streams in the shapes that servers and the proxies in front of them write, byte by byte. */
interface Shape {
  /** Head lines, without the framing's. */
  readonly lines: readonly string[];
  readonly parts: readonly (string | Buffer)[];
  /** How the end is said; default: chunked. */
  readonly framing?: 'chunked' | 'length' | 'close' | 'none';
  readonly status?: string;
  readonly before?: string;
  readonly trailers?: string;
  /** After its first part, so that what follows is no part of the same read. Milliseconds. */
  readonly pauseMs?: number;
}
const SSE = 'content-type: text/event-stream; charset=utf-8';
const LINES = 'content-type: application/x-ndjson';
const say = (text: string, end = '\n\n'): string =>
  `data: {"choices":[{"delta":{"content":"${text}"}}]}${end}`;
const USAGE = 'data: {"choices":[],"usage":{"prompt_tokens":4,"completion_tokens":3}}\n\n';
const DONE = 'data: [DONE]\n\n';
const TEXT = ['Grüß', ' 🦊', ' 日本'];
const PLAIN = [...TEXT.map((one) => say(one)), USAGE, DONE];
/** What a compressor has written after each text, flushed; with its end, unless it is cut. */
async function flushed(
  compressor: ReturnType<typeof createGzip>,
  texts: readonly string[],
  isCut = false,
): Promise<Buffer[]> {
  const parts: Buffer[] = [];
  compressor.on('data', (bytes: Buffer) => parts.push(bytes));
  const pieces: Buffer[] = [];
  const take = (): void => void pieces.push(Buffer.concat(parts.splice(0)));
  for (const text of texts) {
    compressor.write(text);
    await new Promise<void>((resolve) => compressor.flush(resolve));
    await new Promise(setImmediate);
    take();
  }
  if (isCut) return pieces;
  compressor.end();
  await once(compressor, 'end');
  take();
  return pieces;
}

const GOOD: Readonly<Record<string, Shape>> = {
  'lines end in LF': { lines: [SSE], parts: PLAIN },
  'lines end in CRLF': { lines: [SSE], parts: PLAIN.map((one) => one.replaceAll('\n', '\r\n')) },
  'lines end in CR': { lines: [SSE], parts: PLAIN.map((one) => one.replaceAll('\n', '\r')) },
  'a byte order mark': { lines: [SSE], parts: ['\ufeff', ...PLAIN] },
  'comments, retry, ids and names': {
    lines: [SSE],
    parts: [
      ': hello\n\n',
      'retry: 3000\n\n',
      'id: 1\nevent: token\ndata: a\n\n',
      ': ping\n\n',
      'data\n\n',
      DONE,
    ],
  },
  'data in several lines': {
    lines: [SSE],
    parts: ['data: {\ndata: "a": 1\ndata: }\n\n', 'data: b\ndata:\ndata: c\n\n'],
  },
  'no end of the last event, and no [DONE]': { lines: [SSE], parts: [say('a'), say('b', '')] },
  'a length': { lines: [SSE], parts: PLAIN, framing: 'length' },
  'the connection ends it': { lines: [SSE], parts: PLAIN, framing: 'close' },
  'a line of a megabyte': { lines: [SSE], parts: [say('x'.repeat(1_000_000)), say('b'), DONE] },
  'early hints before it': {
    lines: [SSE],
    before: 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n',
    parts: PLAIN,
  },
  trailers: { lines: [SSE, 'trailer: x-sum'], parts: PLAIN, trailers: 'x-sum: 7\r\n' },
  'no content': { lines: [SSE], status: '204 No Content', parts: [], framing: 'none' },
  'an empty stream': { lines: [SSE], parts: [] },
  'JSON lines': { lines: [LINES], parts: TEXT.map((one) => `{"response":"${one}"}\n`) },
  'JSON lines, the last without its end': {
    lines: [LINES],
    parts: ['{"response":"a"}\r\n', '{"done":true}'],
  },
  'JSON sequences': {
    lines: ['content-type: application/json-seq'],
    parts: TEXT.map((one) => `\u001e{"a":"${one}"}\n`),
  },
  'JSON in chunks': { lines: ['content-type: application/json'], parts: ['[{"a":1}', ',{"a":2}', ']'] },
  'plain text': { lines: ['content-type: text/plain'], parts: TEXT },
  sound: {
    lines: ['content-type: audio/mpeg'],
    parts: [Buffer.from([255, 251, 0, 13, 10, 13, 10]), Buffer.alloc(9_000, 7)],
  },
  'gzip, flushed after each event': {
    lines: [SSE, 'content-encoding: gzip'],
    parts: await flushed(createGzip(), PLAIN),
  },
  'gzip of JSON lines': {
    lines: [LINES, 'content-encoding: gzip'],
    parts: await flushed(createGzip(), ['{"a":1}\n', '{"a":2}\n']),
  },
  'deflate, flushed after each event': {
    lines: [SSE, 'content-encoding: deflate'],
    parts: await flushed(createDeflate(), PLAIN),
  },
  'brotli, flushed after each event': {
    lines: [SSE, 'content-encoding: br'],
    parts: await flushed(createBrotliCompress(), PLAIN),
  },
};
const ROLE =
  'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}\n\n';
const CREATED =
  'event: response.created\ndata: {"type":"response.created","response":{"status":"in_progress"}}\n\n';
const STARTS = {
  'the role of who speaks': ROLE,
  "Anthropic's first event, and a ping": `event: message_start\ndata: {"type":"message_start","message":{"usage":{"input_tokens":3}}}\n\nevent: ping\ndata: {"type":"ping"}\n\n`,
  "the first event of OpenAI's responses": CREATED,
  'data without anything': 'data:\n\ndata: \r\n\r\n',
  "Azure's first event": 'data: {"choices":[],"prompt_filter_results":[{"prompt_index":0}],"usage":null}\n\n',
};
/** With what a candidate fails before its first event that says something, though bytes have come; and why it has. */
const BEFORE: Readonly<Record<string, readonly [Shape, string]>> = {
  'dies after its head': [{ lines: [SSE], parts: [], framing: 'length' }, 'cut_off'],
  'dies in the middle of a character': [
    { lines: [SSE], parts: [Buffer.from(say('🦊')).subarray(0, 44)] },
    'cut_off',
  ],
  'dies after gzip said hello': [
    { lines: [SSE, 'content-encoding: gzip'], parts: [gzipSync('').subarray(0, 10)] },
    'cut_off',
  ],
  'dies after a compressed comment': [
    { lines: [SSE, 'content-encoding: gzip'], parts: await flushed(createGzip(), [': ping\n\n'], true) },
    'cut_off',
  ],
  'a compressed error first': [
    {
      lines: [SSE, 'content-encoding: gzip'],
      parts: await flushed(createGzip(), ['data: {"error":{"message":"no"}}\n\n', DONE]),
    },
    'error_event',
  ],
  'a compressed half of a line': [
    { lines: [LINES, 'content-encoding: deflate'], parts: await flushed(createDeflate(), ['{"a":'], true) },
    'cut_off',
  ],
  ...Object.fromEntries(
    Object.entries(STARTS).map(([name, event]) => [
      `dies after ${name}`,
      [{ lines: [SSE], parts: [event] }, 'cut_off'] as const,
    ]),
  ),
  'dies after a compressed role': [
    { lines: [SSE, 'content-encoding: br'], parts: await flushed(createBrotliCompress(), [ROLE], true) },
    'cut_off',
  ],
  'announces an answer, and fails': [
    { lines: [SSE], parts: [ROLE, 'data: {"error":{}}\n\n'] },
    'error_event',
  ],
  "fails in the words of OpenAI's responses": [
    {
      lines: [SSE],
      parts: [CREATED, 'data: {"type":"response.failed","response":{"status":"failed","error":{}}}\n\n'],
    },
    'error_event',
  ],
  'ends with its connection in its first event': [
    { lines: [SSE], parts: [ROLE, 'data: {"choices":[{"delta":{"con'], framing: 'close' },
    'cut_off',
  ],
  'ends with its connection in its first line': [
    { lines: [LINES], parts: ['{"resp'], framing: 'close' },
    'cut_off',
  ],
  'ends with its connection before any event': [{ lines: [SSE], parts: [], framing: 'close' }, 'empty'],
  'ends after comments': [{ lines: [SSE], parts: [': ping\n\n'], framing: 'close' }, 'empty'],
  'ends after an announcement': [{ lines: [SSE], parts: [ROLE, DONE] }, 'empty'],
  'ends before any line': [{ lines: [LINES], parts: ['\n'] }, 'empty'],
  'ends before any event, compressed': [
    { lines: [SSE, 'content-encoding: gzip'], parts: await flushed(createGzip(), [ROLE]) },
    'empty',
  ],
  'ends before any event, with a length': [{ lines: [SSE], parts: [], framing: 'length' }, 'empty'],
};

/** What ends as HTTP says, and is not whole all the same. */
const AFTER: Readonly<Record<string, readonly [Shape, string]>> = {
  'an event without its end': [
    { lines: [SSE], parts: [say('a'), 'data: {"choices":[{"del'], framing: 'close' },
    'cut_off',
  ],
  'half a character': [
    { lines: [SSE], parts: [say('a'), Buffer.from('data: {"t":"🦊').subarray(0, -2)] },
    'cut_off',
  ],
  'a line without its end': [{ lines: [LINES], parts: ['{"a":1}\n', '{"a":'], framing: 'close' }, 'cut_off'],
  'an error before the usage': [
    {
      ...{ lines: [SSE], pauseMs: 500 },
      parts: [say('a'), say('b'), 'data: {"error":{"code":500}}\n\n', USAGE, DONE],
    },
    'error_event',
  ],
};

const sizeOf = (part: string | Buffer): Buffer => (typeof part === 'string' ? Buffer.from(part) : part);
const bodyOf = ({ parts }: Shape): Buffer => Buffer.concat(parts.map(sizeOf));

/** Writes it, each part in two pieces that are cut where nothing ends. @param isCut the connection breaks where the end would be */
async function write(socket: Socket, shape: Shape, isCut: boolean): Promise<void> {
  const {
    lines,
    parts,
    framing = 'chunked',
    status = '200 OK',
    before = '',
    trailers = '',
    pauseMs = 2,
  } = shape;
  const size = bodyOf(shape).length + (isCut ? 1 : 0);
  const framed = {
    ...{ chunked: ['transfer-encoding: chunked'], length: [`content-length: ${size}`] },
    ...{ close: ['connection: close'], none: [] },
  }[framing];
  const head = [`HTTP/1.1 ${status}`, ...lines, ...framed].map((line) => `${line}\r\n`).join('');
  socket.write(`${before}${head}\r\n`);
  const all = parts.map(sizeOf);
  for (const part of all) {
    const chunk =
      framing === 'chunked'
        ? Buffer.concat([Buffer.from(`${part.length.toString(16)};x=y\r\n`), part, Buffer.from('\r\n')])
        : part;
    const at = Math.ceil(chunk.length / 2) + 1;
    socket.write(chunk.subarray(0, at));
    await sleep(2);
    socket.write(chunk.subarray(at));
    await sleep(part === all[0] ? pauseMs : 2);
  }
  if (isCut) return void setTimeout(() => socket.destroy(), 50);
  if (framing === 'chunked') socket.write(`0\r\n${trailers}\r\n`);
  if (framing === 'close') socket.end();
}

const ALL = [
  ...Object.entries(GOOD).map(([name, shape]) => ({ name, shape, isCut: false })),
  ...Object.entries(BEFORE).map(([name, [shape, reason]]) => ({
    ...{ name, shape, isCut: reason === 'cut_off' && shape.framing !== 'close' },
  })),
  ...Object.entries(AFTER).map(([name, [shape]]) => ({ name, shape, isCut: false })),
];
const ARMS = ['primary', 'candidate', 'shadow'] as const;
type Arm = (typeof ARMS)[number];
const nameOf = (arm: Arm, n: number): string => `${arm}-${n}`;
const rolloutOf = (arm: Arm, n: number): string =>
  `00000000-0000-4000-8000-${String(ARMS.indexOf(arm) * 1_000 + n).padStart(12, '0')}`;
const at = (name: string): number => ALL.findIndex((one) => one.name === name);

let tried: Awaited<ReturnType<typeof startRawServer>>;
let good: TestModelServer;
let gateway: LoneGateway;
let sink: EvidenceSink;
const heardBy = new Map<string, Heard>();
beforeAll(async () => {
  sink = await startEvidenceSink();
  tried = await startRawServer((socket, head) => {
    const { shape, isCut } = ALL[Number(/\/(\d+) HTTP/.exec(head)?.[1])]!;
    void write(socket, shape, isCut);
  });
  good = await startModelServer((_request, _body, response) =>
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(PLAIN.join('')),
  );
  const routes = ALL.flatMap((_, n) =>
    ARMS.map((arm): Route =>
      routeTo(nameOf(arm, n), arm === 'candidate' ? good.url : tried.url, {
        rolloutId: rolloutOf(arm, n),
        candidate: {
          ...{ version: 2, url: tried.url, mode: arm === 'shadow' ? 'shadow' : 'canary' },
          weight: arm === 'primary' ? 0 : 10_000,
        },
      }),
    ),
  );
  gateway = await startLoneGateway(routes, { API_URL: sink.url });
  // All at once: each would wait for its evidence.
  await Promise.all(
    ARMS.flatMap((arm) =>
      ALL.map(async ({ name }) => heardBy.set(nameOf(arm, at(name)), await ask(arm, name))),
    ),
  );
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([sink.stop(), good.stop(), tried.stop()]);
});

interface Heard {
  readonly arm: string;
  readonly status: number;
  readonly body: Buffer;
  readonly isWhole: boolean;
  readonly trailers: readonly string[];
}
const ask = (arm: Arm, name: string): Promise<Heard> =>
  new Promise((resolve, reject) => {
    const path = `/models/${nameOf(arm, at(name))}/v1/${at(name)}`;
    const sent = httpRequest({ port: gateway.port, host: '127.0.0.1', path, method: 'POST', agent: false });
    sent.on('error', reject);
    sent.on('response', (response) => {
      const parts: Buffer[] = [];
      const over = (isWhole: boolean): void =>
        resolve({
          ...{ arm: String(response.headers['x-understudy-arm']), status: response.statusCode ?? 0, isWhole },
          ...{ body: Buffer.concat(parts), trailers: response.rawTrailers },
        });
      response.on('data', (bytes: Buffer) => parts.push(bytes));
      response.on('end', () => over(response.complete));
      response.on('error', () => over(false));
    });
    sent.end('{}');
  });
const hear = (arm: Arm, name: string): Heard => {
  const heard = heardBy.get(nameOf(arm, at(name)));
  if (!heard) throw new Error(`nobody has asked ${arm} for ${name}`);
  return heard;
};
async function evidenceOf(arm: Arm, name: string) {
  const tally = () => sink.tally(rolloutOf(arm, at(name)), arm);
  const { requests, errors, histograms, compared, agreed } = await eventually(
    async () => tally(),
    (one) => one.requests > 0,
    10_000,
  );
  return { requests, errors, reasons: Object.keys(histograms['failures'] ?? {}), compared, agreed };
}

/** Of a candidate the primary is asked whether it has more to say. */
const EMPTY = 'an empty stream';

describe.each(['primary', 'candidate'] as const)('%s', (arm) => {
  it.each(Object.keys(GOOD).filter((name) => arm === 'primary' || name !== EMPTY))(
    '%s: goes through byte for byte, and is no failure',
    async (name) => {
      const shape = GOOD[name]!;
      const heard = hear(arm, name);
      expect(heard).toMatchObject({ arm, status: shape.status ? 204 : 200, isWhole: true });
      expect(heard.body.equals(bodyOf(shape))).toBe(true);
      expect(heard.trailers).toEqual(shape.trailers ? ['x-sum', '7'] : []);
      expect(await evidenceOf(arm, name)).toMatchObject({ requests: 1, errors: 0, reasons: [] });
    },
  );

  it.each(Object.entries(AFTER).map(([name, [, reason]]) => [name, reason] as const))(
    'that ends with %s has failed (%s)',
    async (name, reason) => {
      const heard = hear(arm, name);
      expect(heard).toMatchObject({ arm, status: 200, isWhole: true });
      expect(heard.body.equals(bodyOf(AFTER[name]![0]))).toBe(true);
      expect(await evidenceOf(arm, name)).toMatchObject({ requests: 1, errors: 1, reasons: [reason] });
    },
  );
});

it.each(Object.keys(GOOD))('shadow, %s: the copy says the same', async (name) => {
  expect(hear('shadow', name)).toMatchObject({ arm: 'primary', isWhole: true });
  expect(await evidenceOf('shadow', name)).toEqual({
    requests: 1,
    errors: 0,
    reasons: [],
    compared: 1,
    agreed: 1,
  });
});

it.each(Object.entries(BEFORE).map(([name, [, reason]]) => [name, reason] as const))(
  'a candidate that %s: the primary answers, and it has failed (%s)',
  async (name, reason) => {
    const heard = hear('candidate', name);
    expect(heard).toMatchObject({ arm: 'primary', status: 200, isWhole: true });
    expect(heard.body.toString()).toBe(PLAIN.join(''));
    expect(await evidenceOf('candidate', name)).toMatchObject({ requests: 1, errors: 1, reasons: [reason] });
  },
);

it('a primary that dies after its head, before a byte of its answer, is said to have failed', async () => {
  const name = 'dies after its head';
  const heard = hear('primary', name);
  expect(heard).toMatchObject({ arm: 'primary', status: 502, isWhole: true });
  expect(JSON.parse(heard.body.toString())).toMatchObject({ code: 'model_unreachable' });
  expect(await evidenceOf('primary', name)).toMatchObject({ requests: 1, errors: 1, reasons: ['cut_off'] });
});
