import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BadMessage } from './bad-message.ts';
import { parseRequestHead } from './request-head.ts';

const statusOf = (text: string): number | null => {
  try {
    parseRequestHead(text);
    return null;
  } catch (error) {
    if (error instanceof BadMessage) return error.status;
    throw error;
  }
};
const HOST = 'Host: g';
const head = (...lines: string[]): string => lines.join('\r\n');

describe('the head of a request', () => {
  it('is read as it came', () => {
    const read = parseRequestHead(
      head('POST /a/b%20c?d=%00&e HTTP/1.1', HOST, 'X-A: \t b c \t', 'x-a:d', 'Content-Length: 12'),
    );
    expect(read).toEqual({
      method: 'POST',
      bytes: 80,
      url: '/a/b%20c?d=%00&e',
      minor: 1,
      headers: ['Host', 'g', 'X-A', 'b c', 'x-a', 'd', 'Content-Length', '12'],
      body: { length: 12 },
      keepsAlive: true,
      expectsContinue: false,
    });
  });

  it.each([
    [['GET / HTTP/1.1', HOST], true],
    [['GET / HTTP/1.1', HOST, 'Connection: Close'], false],
    [['GET / HTTP/1.1', HOST, 'Connection: x-a, close'], false],
    [['GET / HTTP/1.0'], false],
    [['GET / HTTP/1.0', 'Connection: keep-alive'], true],
    [['GET / HTTP/1.0', 'Connection: keep-alive, close'], false],
  ])('%j keeps the connection: %j', (lines, keeps) => {
    expect(parseRequestHead(head(...lines)).keepsAlive).toBe(keeps);
  });

  it.each([
    [[HOST], 'none'],
    [[HOST, 'Content-Length: 0'], 'none'],
    [[HOST, 'Transfer-Encoding: CHUNKED'], 'chunked'],
  ])('%j has a body: %j', (lines, body) => {
    expect(parseRequestHead(head('POST / HTTP/1.1', ...lines)).body).toEqual(body);
  });

  it.each<[number, string[]]>([
    [400, ['GET  / HTTP/1.1', HOST]],
    [400, ['GET / HTTP/1.1 ', HOST]],
    [400, ['GET /a b HTTP/1.1', HOST]],
    [400, ['GET ,/a HTTP/1.1', HOST]],
    [400, ['GET /\0 HTTP/1.1', HOST]],
    [400, ['GET\t/ HTTP/1.1', HOST]],
    [400, [' GET / HTTP/1.1', HOST]],
    [400, ['G(T / HTTP/1.1', HOST]],
    [400, ['GET /', HOST]],
    [400, ['GET / http/1.1', HOST]],
    [505, ['GET / HTTP/2.0', HOST]],
    [505, ['GET / HTTP/1.2', HOST]],
    [505, ['PRI / HTTP/2.0']],
    [405, ['CONNECT g:443 HTTP/1.1', HOST]],
    [400, ['OPTIONS * HTTP/1.1', HOST]],
    [400, ['GET a/b HTTP/1.1', HOST]],
    [405, ['CONNECT /g HTTP/1.1', HOST]],
    [501, ['abcGET / HTTP/1.1', HOST]],
    [501, ['get / HTTP/1.1', HOST]],
    [400, ['GET / HTTP/1.1']],
    [400, ['GET / HTTP/1.1', HOST, HOST]],
    [400, ['GET / HTTP/1.1', HOST, ' folded']],
    [400, ['GET / HTTP/1.1', HOST, 'x : y']],
    [400, ['GET / HTTP/1.1', HOST, 'x y: z']],
    [400, ['GET / HTTP/1.1', HOST, ': z']],
    [400, ['GET / HTTP/1.1', HOST, 'x']],
    [400, ['GET / HTTP/1.1', HOST, 'x: a\nb: c']],
    [400, ['GET / HTTP/1.1', HOST, 'x: a\rb']],
    [400, ['GET / HTTP/1.1', HOST, 'x: a\0b']],
    [400, ['GET / HTTP/1.1\nHost: g']],
    [400, ['POST / HTTP/1.1', HOST, 'Content-Length: 1', 'Content-Length: 1']],
    [400, ['POST / HTTP/1.1', HOST, 'Content-Length: 1, 1']],
    [400, ['POST / HTTP/1.1', HOST, 'Content-Length: +1']],
    [400, ['POST / HTTP/1.1', HOST, 'Content-Length: 1e1']],
    [400, ['POST / HTTP/1.1', HOST, 'Content-Length:']],
    [400, ['POST / HTTP/1.1', HOST, 'Content-Length: 1', 'Transfer-Encoding: chunked']],
    [400, ['POST / HTTP/1.1', HOST, 'Transfer-Encoding: chunked', 'Transfer-Encoding: chunked']],
    [501, ['POST / HTTP/1.1', HOST, 'Transfer-Encoding: gzip, chunked']],
    [501, ['POST / HTTP/1.1', HOST, 'Transfer-Encoding: xchunked']],
    [501, ['POST / HTTP/1.1', HOST, 'Transfer-Encoding: identity']],
    [501, ['POST / HTTP/1.1', HOST, 'Transfer-Encoding: identity, chunked']],
    [501, ['POST / HTTP/1.1', HOST, 'Transfer-Encoding: chunked, identity']],
    [501, ['POST / HTTP/1.1', HOST, 'Transfer-Encoding:']],
    [400, ['POST / HTTP/1.1', HOST, 'Transfer-Encoding: identity', 'Content-Length: 1']],
    [400, ['POST / HTTP/1.1', HOST, 'Transfer-Encoding: \x0bchunked']],
    [400, ['POST / HTTP/1.0', 'Transfer-Encoding: chunked']],
    [417, ['POST / HTTP/1.1', HOST, 'Expect: a miracle']],
  ])('%j: %j', (status, lines) => {
    expect(statusOf(head(...lines))).toBe(status);
  });

  it('is a head or a BadMessage, whatever is sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 80 }), (text) => {
        expect([null, 400, 405, 417, 501, 505]).toContain(statusOf(`POST / HTTP/1.1\r\n${text}`));
      }),
    );
  });
});
