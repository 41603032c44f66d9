import { createHash } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import { fetch as undiciFetch } from 'undici';
import { openArtifactReader } from '../open-artifact-reader.ts';
import { ArtifactStore } from '../artifact-store.ts';

const BYTES = Buffer.from('weights of a model, '.repeat(5_000));
const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

let server: Server;
let answer: RequestListener;
let uri: string;
beforeAll(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/m.onnx`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
const reader = openArtifactReader(new ArtifactStore('/nonexistent', 1), {
  // The one that libs/outbound asks by.
  fetch: undiciFetch as never,
  folders: [],
  closed: [],
  mostBytes: 10 * 1024 * 1024,
});
/** What is said of an artifact, or nothing. */
const said = (digest = digestOf(BYTES)): Promise<string> =>
  reader.verify({ uri, digest }).then(
    () => '',
    (error: Error) => error.message,
  );

const ENCODERS = { gzip: gzipSync, 'x-gzip': gzipSync, br: brotliCompressSync, deflate: deflateSync };
describe.each(Object.entries(ENCODERS))('content-encoding %s', (encoding, encode) => {
  const sent = encode(BYTES);
  const serve =
    (bytes: Buffer, cutAt = bytes.length): RequestListener =>
    (_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding, 'content-length': bytes.length });
      response.write(bytes.subarray(0, cutAt), () =>
        cutAt < bytes.length ? response.destroy() : response.end(),
      );
    };
  it('is decoded: the digest is of the file', async () => {
    answer = serve(sent);
    expect(await said()).toBe('');
  });
  it('of what is not encoded is named', async () => {
    answer = serve(Buffer.from('PK\u0003\u0004 no such thing'.repeat(100)));
    expect(await said()).toContain(`says content-encoding ${encoding}`);
  });
  it('and a body that is cut off is named', async () => {
    answer = serve(sent, sent.length >> 1);
    expect(await said()).toMatch(/cut off/);
  });
  it('of a file that is itself compressed is named where its digest is another one', async () => {
    answer = serve(sent);
    expect(await said(digestOf(sent))).toMatch(
      new RegExp(`has digest ${digestOf(BYTES)}.* content-encoding ${encoding} and was decoded`),
    );
  });
});

test('an encoding that is not read is named', async () => {
  answer = (_request, response) => response.writeHead(200, { 'content-encoding': 'aes128gcm' }).end(BYTES);
  expect(await said()).toMatch(/content-encoding aes128gcm, which is not read here/);
});
test('it is asked for as it is stored', async () => {
  let asked: string | string[] | undefined;
  answer = (request, response) => {
    asked = request.headers['accept-encoding'];
    response.end(BYTES);
  };
  expect([await said(), asked]).toEqual(['', 'identity']);
});
test('without a content-length it is read to its end', async () => {
  answer = (_request, response) => {
    response.write(BYTES.subarray(0, 1_000));
    response.end(BYTES.subarray(1_000));
  };
  expect(await said()).toBe('');
});
test('without a content-length, closed in the middle, its digest is another one, and why that may be is said', async () => {
  answer = (_request, response) => {
    response.removeHeader('transfer-encoding');
    response.useChunkedEncodingByDefault = false;
    response.shouldKeepAlive = false;
    response.writeHead(200, { connection: 'close' });
    response.end(BYTES.subarray(0, 1_000));
  };
  expect(await said()).toMatch(/\(1000 bytes\).*may have been cut off/);
});
test.each([
  ['with a length', { 'content-length': BYTES.length }, `of ${BYTES.length} bytes`],
  ['in chunks', {}, 'bytes'],
])('a body %s that is cut off is named as such', async (_how, headers, told) => {
  answer = (_request, response) => {
    response.writeHead(200, headers);
    response.write(BYTES.subarray(0, 60_000), () => response.destroy());
  };
  expect(await said()).toMatch(new RegExp(`its body is cut off after \\d+ ${told}`));
});
test.each([
  ['https://cdn.example/m.onnx?X-Amz-Signature=secret', 'https://cdn.example/m.onnx;'],
  ['/other', '/other;'],
  ['ftp://x/y', 'ftp://x/y;'],
  ['data:text/plain,x', 'another kind of address;'],
])('a redirect to %s is named, without what may be a password', async (location, told) => {
  answer = (_request, response) => response.writeHead(302, { location }).end('moved');
  const message = await said();
  expect(message).toContain('it redirects (302) to ');
  expect(message).toContain(told);
  expect(message).not.toContain('secret');
});
test('a part of it is not all of it', async () => {
  answer = (_request, response) =>
    response.writeHead(206, { 'content-range': 'bytes 0-9/100' }).end('0123456789');
  expect(await said()).toContain('206');
});
