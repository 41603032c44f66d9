import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { s3Place } from './s3-place.ts';

/* Answers that break off, of servers that understand `Range` in their own ways: the bytes are those of the object, or it says why not. */
const SIZE = 3_000;
const object = randomBytes(SIZE);
const part = (start: number) => ({
  status: 206,
  range: `bytes ${start}-${SIZE - 1}/${SIZE}`,
  start,
  tag: '"a"',
});
/** How one answers who asks for the bytes from `from` on. */
const GO_ON = {
  'as asked': part,
  'whole, as if there were no Range': () => ({ status: 200, range: null, start: 0, tag: '"a"' }),
  'from the beginning of a block': (from: number) => part(from - (from % 512)),
  'all of it, as a part': () => part(0),
};
const LIES = {
  'bytes further on': (from: number) => part(from + 1),
  'a part, without saying which': (from: number) => ({ ...part(from), range: null }),
  'a part in other units': (from: number) => ({ ...part(from), range: 'lines 1-2/3' }),
  'another object, whatever If-Match says': () => ({ status: 200, range: null, start: 0, tag: '"b"' }),
  'an object without a tag': (from: number) => ({ ...part(from), tag: null }),
};
type Answer = (from: number) => { status: number; range: string | null; start: number; tag: string | null };

describe('the rest of an object', () => {
  let server: Server;
  let [answer, cuts]: [Answer, number[]] = [part, []];
  const before = { ...process.env };
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const { status, range, start, tag } =
      from === 0 ? { status: 200, range: null, start: 0, tag: '"a"' } : answer(from);
    const cut = cuts.shift();
    response.writeHead(status, {
      'content-length': SIZE - start,
      ...(range === null ? {} : { 'content-range': range }),
      ...(tag === null ? {} : { etag: tag }),
    });
    if (cut === undefined) return void response.end(object.subarray(start));
    response.write(object.subarray(start, Math.max(start + 1, cut)), () => response.destroy());
  };
  beforeAll(async () => {
    server = createServer(serve);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' });
  });
  afterAll(() => {
    process.env = before;
    server.closeAllConnections();
    server.close();
  });
  const read = async (): Promise<Buffer> => {
    const { port } = server.address() as AddressInfo;
    const access = { endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', pathStyle: true };
    const chunks: Buffer[] = [];
    // The shortest pauses.
    for await (const chunk of s3Place('s3://events', access, () => 0).read('a')) chunks.push(chunk);
    return Buffer.concat(chunks);
  };
  const places = fc.array(fc.integer({ min: 1, max: SIZE - 1 }), { minLength: 1, maxLength: 3 });

  it.each(Object.entries(GO_ON))('%s: it is the object', async (_how, how) => {
    await fc.assert(
      fc.asyncProperty(places, async (given) => {
        [answer, cuts] = [how, given.sort((a, b) => a - b)];
        expect((await read()).equals(object)).toBe(true);
      }),
      { numRuns: 6 },
    );
  });

  it.each(Object.entries(LIES))('%s: it says so', async (_how, how) => {
    [answer, cuts] = [how, [1_000]];
    await expect(read()).rejects.toMatchObject({
      code: 'export_place_failed',
      detail: expect.stringMatching(/another object while|was asked for its bytes from \d+ on, and answers/),
    });
  });
});
