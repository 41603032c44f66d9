import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BadMessage } from './bad-message.ts';
import { AnswerParser } from './answer-parser.ts';

type Event = readonly [string, ...unknown[]];

/** What a parser says of these reads, with neighbouring data joined. */
function read(reads: readonly Buffer[], methods: readonly string[] = ['POST'], ends = false) {
  const events: Event[] = [];
  const left = [...methods];
  const parser: AnswerParser = new AnswerParser({
    interim: (status) => events.push(['interim', status]),
    head: ({ status, headers }) => events.push(['head', status, [...headers]]),
    data: (bytes) => {
      const last = events.at(-1);
      const text = bytes.toString('latin1');
      if (last?.[0] === 'data') events[events.length - 1] = ['data', `${String(last[1])}${text}`];
      else events.push(['data', text]);
    },
    end: (trailers) => {
      events.push(['end', [...trailers]]);
      const next = left.shift();
      if (next !== undefined) parser.begin(next);
    },
  });
  parser.begin(left.shift() ?? 'POST');
  for (const bytes of reads) parser.push(bytes);
  if (ends) parser.finish();
  return { events, parser };
}

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

function cutAt(whole: Buffer, places: readonly number[]): Buffer[] {
  const cuts = [...new Set(places.map((place) => place % (whole.length + 1)))].sort((a, b) => a - b);
  return [...cuts, whole.length].map((end, i) => whole.subarray(i === 0 ? 0 : cuts[i - 1], end));
}

const GOOD: readonly (readonly [
  what: string,
  method: string,
  text: string,
  body: string,
  reused?: boolean,
])[] = [
  ['a length', 'POST', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A:  b \r\n\r\nhello', 'hello'],
  ['no reason phrase', 'POST', 'HTTP/1.1 200 \r\ncontent-length: 2\r\n\r\nok', 'ok'],
  ['equal lengths', 'POST', 'HTTP/1.1 200 OK\r\ncontent-length: 2, 2\r\ncontent-length: 2\r\n\r\nok', 'ok'],
  [
    'chunks',
    'POST',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n00A;x="y"\r\n0123456789\r\n0\r\n\r\n',
    'abc0123456789',
  ],
  [
    'trailers',
    'POST',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n1\r\na\r\n0\r\nx-sum: 1\r\nX-B:2\r\n\r\n',
    'a',
  ],
  [
    '1xx before it',
    'POST',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: <a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx',
    'x',
  ],
  ['a HEAD', 'HEAD', 'HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n', '', false],
  ['a HEAD without a length', 'HEAD', 'HTTP/1.1 200 OK\r\n\r\n', ''],
  ['a HEAD with chunks', 'HEAD', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', '', false],
  ['a 204', 'POST', 'HTTP/1.1 204 No Content\r\n\r\n', ''],
  ['a 204 with a length of 0', 'POST', 'HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n', ''],
  ['a 204 with chunks', 'POST', 'HTTP/1.1 204 No Content\r\ntransfer-encoding: chunked\r\n\r\n', '', false],
  [
    'identity with a length',
    'POST',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: Identity\r\ncontent-length: 2\r\n\r\nok',
    'ok',
  ],
  [
    'identity and chunks',
    'POST',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: identity ,\tCHUNKED\r\n\r\n1\r\na\r\n0\r\n\r\n',
    'a',
  ],
  [
    'identity and chunks in two lines',
    'POST',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: identity\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n',
    'a',
  ],
  [
    'chunks of HTTP/1.0',
    'POST',
    'HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n',
    'a',
    false,
  ],
  ['a 304 with a length', 'GET', 'HTTP/1.1 304 Not Modified\r\ncontent-length: 7\r\n\r\n', '', false],
  ['no body', 'POST', 'HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n', ''],
];

describe('answers are read the same however their bytes are cut', () => {
  it.each(GOOD)('%s', (_, method, text, body, reused = true) => {
    const whole = read([bytes(text)], [method]);
    expect(whole.events.filter(([kind]) => kind === 'data').map(([, data]) => data)).toEqual(
      body === '' ? [] : [body],
    );
    expect(whole.events.at(-1)?.[0]).toBe('end');
    expect(whole.parser.isReusable).toBe(reused);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 12 }), (places) => {
        expect(read(cutAt(bytes(text), places), [method]).events).toEqual(whole.events);
      }),
    );
    expect(
      read(
        [...bytes(text)].map((byte) => Buffer.of(byte)),
        [method],
      ).events,
    ).toEqual(whole.events);
  });

  it('any body in any chunks', () => {
    const chunk = fc.uint8Array({ minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(
        fc.array(chunk, { maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 8 }),
        (chunks, places) => {
          const parts = chunks.map(
            (one) => `${one.length.toString(16)}\r\n${Buffer.from(one).toString('latin1')}\r\n`,
          );
          const text = `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${parts.join('')}0\r\n\r\n`;
          const { events } = read(cutAt(bytes(text), places));
          const data = events.flatMap(([kind, one]) => (kind === 'data' ? [String(one)] : [])).join('');
          expect(Buffer.from(data, 'latin1')).toEqual(Buffer.concat(chunks));
        },
      ),
    );
  });

  it('one answer after the other on a connection', () => {
    const one = 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n';
    const { events } = read([bytes(`${one}a`), bytes(`${one}b`)], ['POST', 'POST']);
    expect(events.filter(([kind]) => kind === 'data')).toEqual([
      ['data', 'a'],
      ['data', 'b'],
    ]);
  });
});

describe('an answer that ends with its connection', () => {
  it('is whole when the connection ends, and the connection is not used again', () => {
    const { events, parser } = read([bytes('HTTP/1.1 200 OK\r\n\r\nabc')], ['GET'], true);
    expect(events.slice(1)).toEqual([
      ['data', 'abc'],
      ['end', []],
    ]);
    expect(parser.isReusable).toBe(false);
  });

  it('is broken when it had said how long it is', () => {
    const text = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nabc';
    expect(() => read([bytes(text)], ['GET'], true)).toThrow(BadMessage);
    expect(() =>
      read([bytes('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nab')], ['GET'], true),
    ).toThrow(BadMessage);
    expect(() => read([bytes('HTTP/1.1 200')], ['GET'], true)).toThrow(BadMessage);
  });

  it('is one that says "identity", and no length', () => {
    const text = 'HTTP/1.1 200 OK\r\ntransfer-encoding: identity\r\n\r\nabc';
    expect(read([bytes(text)], ['GET'], true).events.slice(1)).toEqual([
      ['data', 'abc'],
      ['end', []],
    ]);
  });

  it.each([
    'HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\na',
    'HTTP/1.1 200 OK\r\nconnection: x, Close\r\ncontent-length: 1\r\n\r\na',
  ])('or says that it will: %j', (text) => expect(read([bytes(text)]).parser.isReusable).toBe(false));

  it('HTTP/1.0 that keeps the connection', () => {
    const text = 'HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 1\r\n\r\na';
    expect(read([bytes(text)]).parser.isReusable).toBe(true);
  });
});

const BAD: readonly string[] = [
  'HTTP/2 200 OK\r\n\r\n',
  'ICY 200 OK\r\n\r\n',
  'HTTP/1.1 20 OK\r\n\r\n',
  'HTTP/1.1 099 OK\r\n\r\n',
  ' HTTP/1.1 200 OK\r\n\r\n',
  'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\na',
  'HTTP/1.1 200 OK\r\ncontent-length: +1\r\n\r\na',
  'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\na',
  'HTTP/1.1 200 OK\r\ncontent-length: 0x1\r\n\r\na',
  'HTTP/1.1 200 OK\r\ncontent-length:\r\n\r\na',
  'HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999\r\n\r\na',
  'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: xidentity\r\n\r\n',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: identity, chunked\r\ncontent-length: 1\r\n\r\n',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n',
  'HTTP/1.1 200 OK\r\nx y: 1\r\n\r\n',
  'HTTP/1.1 200 OK\r\nx : 1\r\n\r\n',
  'HTTP/1.1 200 OK\r\n: 1\r\n\r\n',
  'HTTP/1.1 200 OK\r\nno colon\r\n\r\n',
  'HTTP/1.1 200 OK\r\nx: 1\r\n folded\r\n\r\n',
  'HTTP/1.1 200 OK\r\nx: a\0b\r\n\r\n',
  'HTTP/1.1 200 OK\r\nx: a\rb\r\n\r\n',
  'HTTP/1.1 200 OK\r\nx: a\nb: c\r\n\r\n',
  'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n-1\r\n',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\r\n',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1 \r\na\r\n',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx y: 1\r\n\r\n',
  `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(70_000)}`,
  `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;${'x'.repeat(17_000)}`,
  'HTTP/1.1 100 Continue\r\n\r\n'.repeat(40),
];

describe('what leaves open where an answer ends', () => {
  it.each(BAD.map((text) => [text.slice(0, 100), text]))('is refused: %j', (_, text) => {
    expect(() => read([bytes(text)])).toThrow(BadMessage);
  });

  it.each(['0\r\n', '\r\n', 'o', 'HTTP/2', 'HTTX'])('at once where it is no status line: %j', (text) => {
    expect(() => read([bytes(text)])).toThrow(/status line/);
  });

  it('and so is what answers no request', () => {
    const text = 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\naHTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nb';
    expect(() => read([bytes(text)])).toThrow(/answer no request/);
  });

  it('any bytes at all end in events or in a BadMessage, never in another error', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'HTTP/1.1 ',
        '200 OK',
        '\r\n',
        '\r\n\r\n',
        'content-length: ',
        'transfer-encoding: chunked',
        '5',
        '\0',
        ': ',
      ),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        try {
          read([bytes(pieces.join(''))], ['POST'], true);
        } catch (error) {
          expect(error).toBeInstanceOf(BadMessage);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
