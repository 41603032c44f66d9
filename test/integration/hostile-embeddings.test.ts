import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { EndpointFailure } from '#libs/engine';
import { openaiEmbedder } from '#libs/outbound';

/** An embeddings endpoint over real HTTP that lies, breaks, drips and shouts: what becomes of its answer, and how much of it is read. */
const TIMEOUT_MS = 1_500;
const KEY = 'key-of-the-endpoint-1234';
let behave: (response: ServerResponse, texts: readonly string[]) => void = () => undefined;
const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const { input } = JSON.parse(Buffer.concat(parts).toString()) as { input: string[] };
    response.on('error', () => undefined);
    behave(response, input);
  });
});
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const embedderWith = (apiKey: string | null = KEY) =>
  openaiEmbedder({
    ...{ url, model: 'm', dimensions: null, parameters: {}, batch: 8, maxCharacters: 8_000 },
    ...{ apiKey: async () => apiKey, timeoutMs: TIMEOUT_MS },
  });
const TEXTS = ['one', 'two'];
async function outcome(texts: readonly string[] = TEXTS, key?: string): Promise<unknown> {
  try {
    const { vectors } = await embedderWith(key).embed(texts);
    return vectors.map((vector) => (typeof vector === 'string' ? vector : vector.length));
  } catch (error) {
    if (!(error instanceof EndpointFailure)) throw error;
    expect(error.message).not.toContain('key-of');
    return error.code;
  }
}
const said = (...embeddings: readonly string[]): string =>
  `{"data":[${embeddings.map((one, index) => `{"index":${index},"embedding":${one}}`).join(',')}]}`;
const body =
  (text: string | Buffer, head: Record<string, string> = {}) =>
  (response: ServerResponse): void =>
    void response.writeHead(200, { 'content-type': 'application/json', ...head }).end(text);

it.each<[string, (response: ServerResponse, texts: readonly string[]) => void, unknown]>([
  ["Python's NaN in one of them", body(said('[NaN,1]', '[1,2]')), ['not_finite', 2]],
  ["Python's Infinity", body(said('[-Infinity,1]', '[1,2]')), ['not_finite', 2]],
  ['numbers beyond any', body(said('[1e999,1]', '[1e308,1e308]')), ['not_finite', 2]],
  ['integers of many digits', body(said('[12345678901234567890,1]', '[1,2]')), [2, 2]],
  ['numbers that are hardly there', body(said('[5e-324,0]', '[1,2]')), [2, 2]],
  ['zeros', body(said('[0,-0]', '[1,2]')), ['zero_vector', 2]],
  ['an empty one', body(said('[]', '[1,2]')), 'wrong_length'],
  ['all empty', body(said('[]', '[]')), 'wrong_length'],
  ['other lengths', body(said('[1,2,3]', '[1,2]')), 'wrong_length'],
  ['words for numbers', body(said('["1","2"]', '[1,2]')), 'unreadable_reply'],
  ['lists in lists', body(said('[[1,2]]', '[[1,2]]')), 'unreadable_reply'],
  ['base64 of three bytes', body(said('"AAAA"', '"AAAA"')), 'unreadable_reply'],
  ['base64 of NaN', body(said('"AADAfw=="', '"AACAPw=="')), ['not_finite', 1]],
  ['base64url', body(said('"__-_fw=="', '"AACAPw=="')), 'unreadable_reply'],
  ['one too few', body(said('[1]')), 'wrong_count'],
  [
    'the same place twice',
    body('{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[2]}]}'),
    'wrong_index',
  ],
  [
    'places in words',
    body('{"data":[{"index":"0","embedding":[1]},{"index":"1","embedding":[2]}]}'),
    'wrong_index',
  ],
  ['a million lists in lists', body('['.repeat(1_000_000)), 'unreadable_reply'],
  ['half a million objects', body(`{"data":[${Array(500_000).fill('{}').join(',')}]}`), 'unreadable_reply'],
  ['an error with status 200', body('{"error":{"message":"no"}}'), 'unreadable_reply'],
  ['a page', body('<h1>welcome</h1>', { 'content-type': 'text/html' }), 'unreadable_reply'],
  ['nothing', body(''), 'unreadable_reply'],
  ['more than is read', body(said(`[${'1,'.repeat(2_000_000)}1]`, '[1]')), 'unreadable_reply'],
  [
    '64 MB in a few KB',
    body(gzipSync(Buffer.alloc(64 * 1_024 * 1_024, 32)), { 'content-encoding': 'gzip' }),
    'unreadable_reply',
  ],
  ['what claims to be compressed', body('no gzip', { 'content-encoding': 'gzip' }), 'unreadable_reply'],
  [
    'a redirect elsewhere',
    (response) => void response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
    'unreachable',
  ],
  ['a refusal that repeats the key', (response) => void response.writeHead(401).end(KEY), 'http_401'],
  [
    'half of it, then a broken line',
    (response) =>
      void response.writeHead(200, { 'content-length': '900' }).write('{"data":[', () => response.destroy()),
    'unreadable_reply',
  ],
  ['a head, and silence', (response) => void response.writeHead(200).flushHeaders(), 'timeout'],
  ['silence', () => undefined, 'timeout'],
  [
    'a byte now and then',
    (response) => {
      const timer = setInterval(() => response.write(' '), 100);
      response.on('close', () => clearInterval(timer));
    },
    'timeout',
  ],
])('%s', async (_name, manner, expected) => {
  behave = manner;
  expect(await outcome()).toEqual(expected);
});

it('takes texts of any kind to the endpoint as JSON that any parser reads', async () => {
  let heard: readonly string[] = [];
  behave = (response, texts) => {
    heard = texts;
    body(said(...texts.map(() => '[1,2]')))(response);
  };
  const texts = ['\ud83d', 'null \u0000 byte', '\u2028 "quoted" \\ \n', 'x'.repeat(8_000), '👩‍👩‍👧'];
  expect(await outcome(texts)).toEqual(texts.map(() => 2));
  expect(heard).toEqual(texts);
});

it.each([
  ['a line break', 'one\ntwo'],
  ['letters that no header has', 'schlüssel „1“'],
])('a key with %s is named as the mistake, and shown nowhere', async (_what, key) => {
  behave = body(said('[1]', '[1]'));
  expect(await outcome(TEXTS, key)).toBe('no_api_key');
});

it.each([
  ['0', 0],
  ['7', 7_000],
  ['-1', null],
  ['Wed, 21 Oct 2065 07:28:00 GMT', null],
  ['1e9', null],
  ['99999999999999999999', null],
])('Retry-After: %s', async (header, ms) => {
  behave = (response) => void response.writeHead(429, { 'retry-after': header }).end();
  await expect(embedderWith().embed(TEXTS)).rejects.toMatchObject({ code: 'http_429', retryAfterMs: ms });
});
