import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { answerLines } from './answer-lines.ts';
import {
  checkSize,
  HeadTooLarge,
  NO_LINES,
  ownLines,
  passedAnswer,
  passedRequest,
  passedTrailers,
} from './head-lines.ts';
import { answerHead, type AnswerEnd, contentOf, interimHead, lastChunk } from './write-answer-head.ts';
import { writeRequestHead } from './write-request-head.ts';

const MOST = 4_096;
/** What a peer says that must end here, in any spelling. */
const never = [
  ...['Connection', 'Keep-Alive', 'TE', 'Trailer', 'Transfer-Encoding', 'Upgrade', 'Proxy-Connection'],
  ...[
    'X-Understudy-Receipt',
    'x-understudy-arm',
    'X_Understudy_Version',
    'x-understudy-new',
    'transfer_encoding',
  ],
];
const notInAnswers = [
  ...['X-Request-Id', 'x_request_id', 'Alt-Svc', 'X-Accel-Redirect', 'x-accel-expires', 'X-Sendfile'],
  ...['X-Reproxy-URL', 'x-envoy-immediate-health-check-fail', 'X-Envoy-Degraded', 'X_Accel_Redirect'],
];
const notInRequests = ['Host', 'Expect', 'Proxy', 'proxy-authorization'];
const lengths = ['Content-Length', 'content_length', 'CONTENT-LENGTH'];
const always = ['Content-Type', 'ETag', 'Set-Cookie', 'X-A', 'x-acc', 'Server', 'x-accel-buffering', 'te2'];
const field = fc.tuple(
  fc.constantFrom(...never, ...notInAnswers, ...notInRequests, ...lengths, ...always),
  fc.constantFrom('7', '7, 7', 'chunked', 'close, etag, x-a', 'keep-alive', ''),
);
/** Lengths as the reader of heads lets them through. */
const fields = fc
  .array(field, { maxLength: 12 })
  .map((all) => all.map(([name, value]) => [name, /^content.length$/i.test(name) ? '7' : value] as const));
const namesIn = (text: string): string[] =>
  text
    .split('\r\n')
    .filter((line) => line.includes(':'))
    .map((line) => line.slice(0, line.indexOf(':')));
const canonical = (name: string): string => name.toLowerCase().replaceAll('_', '-');
const has = (names: readonly string[], list: readonly string[]): boolean =>
  names.some((name) => list.some((one) => canonical(one) === canonical(name)));
const count = (text: string, name: string): number =>
  namesIn(text).filter((one) => canonical(one) === name).length;

const SENDER = { address: '10.0.0.9', requestId: 'r', scheme: 'http' } as const;

describe('any head', () => {
  it('of an answer says nothing of a connection, of ours or of its end but what we say', () => {
    const end = fc.constantFrom<AnswerEnd>('none', 'chunked', 'close', 0, 12);
    const status = fc.constantFrom(200, 204, 205, 304, 404, 500);
    fc.assert(
      fc.property(fields, end, status, (all, ends, code) => {
        const passed = passedAnswer(all.flat());
        const text = answerHead(code, passed, ends, 'close').replace(/connection: close\r\n\r\n$/, '');
        const names = namesIn(text);
        expect(
          has(
            names.filter((name) => name !== 'transfer-encoding'),
            [...never, ...notInAnswers],
          ),
        ).toBe(false);
        const framed = count(text, 'content-length') + count(text, 'transfer-encoding');
        const may = code !== 204 && code !== 304 && ends !== 'none' && ends !== 'close';
        expect(framed).toBe(may ? 1 : 0);
        expect(count(text, 'date')).toBe(1);
        expect(passed.length).toBe(all.some(([name]) => name.toLowerCase() === 'content-length') ? 7 : null);
        const nominated = all.filter(([name]) => name === 'Connection').map(([, value]) => value);
        if (!nominated.some((value) => value.includes('etag')))
          expect(names.filter((name) => has([name], always)).length).toBe(
            all.filter(([name]) => has([name], always)).length,
          );
        else expect(has(names, ['ETag', 'X-A'])).toBe(false);
      }),
    );
  });

  it('of a 1xx says nothing of an end at all', () => {
    fc.assert(
      fc.property(fields, (all) => {
        const text = interimHead(103, passedAnswer(all.flat()));
        expect(has(namesIn(text), [...never, ...notInAnswers, ...lengths, 'location'])).toBe(false);
        expect(text.endsWith('\r\n\r\n')).toBe(true);
      }),
    );
  });

  it('of a request has one end, and none of those', () => {
    const body = fc.constantFrom(
      { kind: 'whole', bytes: Buffer.alloc(0) } as const,
      { kind: 'whole', bytes: Buffer.alloc(3) } as const,
      { kind: 'streaming' } as never,
    );
    fc.assert(
      fc.property(fields, body, fc.constantFrom('GET', 'POST'), (all, bytes, method) => {
        const headers = passedRequest(all.flat(), SENDER);
        const request = { method, rest: '/x', headers, body: bytes };
        const { head, chunked } = writeRequestHead(
          request,
          { base: '/b', query: '', authority: 'h:1' },
          'understudy-test',
        );
        const names = namesIn(head.split('\r\n').slice(2).join('\r\n'));
        expect(
          has(
            names.filter((name) => name !== 'transfer-encoding'),
            [...never, ...notInRequests],
          ),
        ).toBe(false);
        expect(count(head, 'transfer-encoding')).toBe(chunked ? 1 : 0);
        expect(count(head, 'content-length') + count(head, 'transfer-encoding')).toBeLessThanOrEqual(1);
        expect(head.startsWith(`${method} /b/x HTTP/1.1\r\nhost: h:1\r\n`)).toBe(true);
      }),
    );
  });

  it('of trailers is as clean', () => {
    const more = [
      'Set-Cookie',
      'Location',
      'Content-Type',
      'Authorization',
      'Cache-Control',
      'ETag',
      'Server',
    ];
    fc.assert(
      fc.property(fields, (all) => {
        const text = lastChunk(
          passedTrailers(['x-sum', 'a', ...all.flat(), ...more.flatMap((n) => [n, 'v'])], MOST),
        );
        expect(has(namesIn(text), [...never, ...notInAnswers, ...lengths, ...more.slice(0, 6)])).toBe(false);
        expect(text.startsWith('0\r\nx-sum: a\r\n')).toBe(true);
      }),
    );
    expect(passedTrailers(['a', 'x'.repeat(MOST)], MOST)).toBe(NO_LINES);
  });
});

describe('what the gateway says of a request', () => {
  const OWN = 'x-forwarded-for: 10.0.0.9\r\nx-forwarded-proto: http\r\nx-request-id: r\r\n';

  it('is who sent it, and what it is called; its unit goes on', () => {
    const { text, count } = passedRequest(
      ['X-Understudy-Unit', 'u', 'X-Request-Id', 'x'.repeat(5_000), 'x-understudy-receipt', 'z'],
      SENDER,
    );
    expect(text).toBe(`X-Understudy-Unit: u\r\n${OWN}`);
    expect(count).toBe(4);
  });

  it.each([
    [['X-Forwarded-For', '1.2.3.4'], '10.0.0.9', '1.2.3.4, 10.0.0.9'],
    [
      ['x-forwarded-for', '1.2.3.4', 'X_Forwarded_For', 'fe80::1'],
      '::ffff:10.0.0.9',
      '1.2.3.4, fe80::1, 10.0.0.9',
    ],
    [['x-forwarded-for', ''], '::1', '::1'],
    [['x-forwarded-for', '1.2.3.4'], undefined, '1.2.3.4'],
  ])('adds the peer to %j', (raw, address, expected) => {
    const { text } = passedRequest(raw, { address, requestId: 'r', scheme: 'http' });
    expect(text).toBe(`x-forwarded-for: ${expected}\r\nx-forwarded-proto: http\r\nx-request-id: r\r\n`);
  });

  it('keeps the scheme that the first proxy says', () => {
    const { text } = passedRequest(['X-Forwarded-Proto', 'https', 'x-forwarded-proto', 'http'], SENDER);
    expect(text).toContain('x-forwarded-proto: https\r\n');
  });

  it('says the scheme of the connection where no proxy has', () => {
    const { text } = passedRequest([], { ...SENDER, scheme: 'https' });
    expect(text).toContain('x-forwarded-proto: https\r\n');
  });

  it("is the query of the serving URL, in front of the request's own", () => {
    const request = {
      ...{ method: 'POST', rest: '/infer?x=1', headers: passedRequest([], SENDER) },
      body: { kind: 'whole', bytes: Buffer.from('{}') } as const,
    };
    const origin = { base: '/score', query: 'api-version=1&code=k', authority: 'h' };
    expect(writeRequestHead(request, origin, 'via').head).toMatch(
      /^POST \/score\/infer\?api-version=1&code=k&x=1 HTTP/,
    );
  });
});

describe('what an answer carries', () => {
  it.each([
    ['HEAD', 200, 'none'],
    ['GET', 204, 'none'],
    ['GET', 304, 'none'],
    ['GET', 103, 'none'],
    ['GET', 205, 'empty'],
    ['HEAD', 205, 'none'],
    ['POST', 200, 'some'],
  ])('%s %j: %s', (method, status, content) => expect(contentOf(method, status)).toBe(content));

  it('HEAD has the length of GET', () => {
    expect(answerHead(200, NO_LINES, 12, null)).toContain('content-length: 12\r\n');
  });
});

describe('the size of a head', () => {
  const at = { servingUrl: 'http://10.0.0.1:80', rest: '/', model: 'm' };

  it('is bounded before anything of it has left', () => {
    const of = (bytes: number) => passedAnswer(['x', 'a'.repeat(bytes)]);
    expect(() => checkSize(of(3_000), MOST)).not.toThrow();
    expect(() => checkSize(of(3_100), MOST)).toThrow(HeadTooLarge);
    expect(() => checkSize(passedAnswer(Array.from({ length: 170 }, () => 'x')), MOST)).toThrow(HeadTooLarge);
    expect(() => checkSize(passedAnswer(['location', 'a'.repeat(3_100)]), MOST)).toThrow(HeadTooLarge);
    // Those that end here do not count.
    expect(() => checkSize(passedAnswer(['alt-svc', 'a'.repeat(9_000)]), MOST)).not.toThrow();
  });

  it("never becomes the model server's fault by what a caller sent", () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(3_000), fc.nat(3_060), (id, receipt, theirs) => {
        const headers = ['x', 'a'.repeat(theirs)];
        checkSize(passedAnswer(headers), MOST);
        const ours = ['x-understudy-arm', 'primary', 'x-request-id', 'i'.repeat(id)];
        const all = [...ours, 'x-understudy-receipt', 'r'.repeat(receipt)];
        const lines = answerLines(headers, all, at, MOST);
        expect(lines.text).toContain('x-understudy-arm');
        expect(answerHead(200, lines, 999_999_999_999, 'keep-alive').length).toBeLessThanOrEqual(MOST);
      }),
    );
    expect(ownLines(['a', 'b']).text).toBe('a: b\r\n');
  });
});
