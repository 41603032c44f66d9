import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import zlib from 'node:zlib';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fetch } from 'undici';
import { modelCaller } from '#libs/outbound';

/* Answers to golden requests: as model servers send them, and as callers get them. */
let says: { body: Uint8Array; headers: Record<string, string> } = { body: Buffer.alloc(0), headers: {} };
let server: Server;
beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { ...says.headers, 'content-length': says.body.length }).end(says.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
const answer = async (body: Uint8Array, headers: Record<string, string>): Promise<unknown> => {
  says = { body, headers };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const caller = modelCaller(fetch as never);
  return (await caller.call(url, { method: 'POST', body: {} })).body;
};

const zstd = (zlib as { zstdCompressSync?: (bytes: Uint8Array) => Uint8Array }).zstdCompressSync;
const ENCODE: Record<string, (bytes: Uint8Array) => Uint8Array> = {
  gzip: (bytes) => zlib.gzipSync(bytes),
  'x-gzip': (bytes) => zlib.gzipSync(bytes),
  deflate: (bytes) => zlib.deflateSync(bytes),
  br: (bytes) => zlib.brotliCompressSync(bytes),
  identity: (bytes) => bytes,
  ...(zstd ? { zstd } : {}),
};

it('is read through every content-encoding, or it is said which one is not read', async () => {
  const known = fc.array(fc.constantFrom(...Object.keys(ENCODE)), { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(known, fc.constantFrom(null, 'lz4', 'compress'), async (codings, unknown) => {
      const plain: Uint8Array = Buffer.from('{"y":1}');
      const body = codings.reduce((bytes, name) => ENCODE[name]?.(bytes) ?? bytes, plain);
      const all = unknown === null ? codings : [...codings, unknown];
      const headers = {
        'content-type': 'application/json',
        ...(all.length > 0 ? { 'content-encoding': all.join(', ') } : {}),
      };
      if (unknown === null) expect(await answer(body, headers)).toEqual({ y: 1 });
      else await expect(answer(body, headers)).rejects.toThrow(`content-encoding ${unknown} is not read`);
    }),
    { numRuns: 60 },
  );
});

it.each(['', ' ', '\r\n'])('an empty body (%j) is nothing, and no text', async (blank) => {
  for (const type of ['text/plain', 'application/json'])
    expect(await answer(Buffer.from(blank), { 'content-type': type })).toBe(undefined);
});
