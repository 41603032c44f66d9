import { describe, expect, it } from '@jest/globals';
import zlib from 'node:zlib';
import fc from 'fast-check';
import { isSameContent, notReadWords, Payload, writeJson } from './index.ts';

type Encode = (bytes: Uint8Array) => Uint8Array;
const zstd = (zlib as { zstdCompressSync?: Encode }).zstdCompressSync;
const ENCODINGS: Record<string, Encode> = {
  gzip: zlib.gzipSync,
  'X-GZip': zlib.gzipSync,
  deflate: zlib.deflateSync,
  Deflate: zlib.deflateRawSync,
  br: (bytes) => zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } }),
  identity: (bytes) => bytes,
  ...(zstd ? { zstd } : {}),
};
const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const swapped = (text: string): Uint8Array => Buffer.from(text, 'utf16le').swap16();
/** Ways to write a text: [content-type's parameter, how, which characters it has]. */
const CHARSETS: readonly (readonly [string, (text: string) => Uint8Array, RegExp])[] = [
  ['', (text) => Buffer.from(text), /^[^]*$/],
  ['; charset=UTF-8', (text) => Buffer.from(text), /^[^]*$/],
  ['; Charset="utf-8"', (text) => Buffer.from(`\ufeff${text}`), /^[^]*$/],
  ['', (text) => Buffer.from(`\ufeff${text}`), /^[^]*$/],
  ['', (text) => Buffer.from(`\ufeff${text}`, 'utf16le'), /^[^]*$/],
  ['', (text) => swapped(`\ufeff${text}`), /^[^]*$/],
  ['; charset=utf-16le', (text) => Buffer.from(text, 'utf16le'), /^[^]*$/],
  ['; charset=UTF-16BE', swapped, /^[^]*$/],
  ['; charset=iso-8859-1', latin1, /^[\0-\x7f\xa0-\xff]*$/],
  ['; charset=windows-1252', latin1, /^[\0-\x7f\xa0-\xff]*$/],
];
const encoding = fc.array(fc.constantFrom(...Object.keys(ENCODINGS)), { maxLength: 3 });
const charset = fc.constantFrom(...CHARSETS);
/** Characters in fields and values, whole pairs only: bytes have no halves. */
const text = fc.string({ unit: 'grapheme' });
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    text,
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
    fc.constantFrom(NaN, Infinity, -Infinity, 2n ** 53n, 2n ** 53n + 1n, -(2n ** 63n)),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(
      fc.oneof(text, fc.constantFrom('__proto__', 'constructor', 'toString', '0')),
      tie('value'),
      {
        maxKeys: 5,
        noNullPrototype: true,
      },
    ),
  ),
})).value;
/** What is read back: safe integers are numbers, and 0 has no sign in JSON. */
const asRead = (value: unknown): unknown => {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Object.is(value, -0)) return 0;
  if (Array.isArray(value)) return value.map(asRead);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, asRead(one)]));
};
const encoded = (bytes: Uint8Array, encodings: readonly string[]): Uint8Array =>
  encodings.reduce((all, one) => ENCODINGS[one]!(all), bytes);

describe('any JSON value, in any encoding and charset', () => {
  it('is read back as it was', () => {
    fc.assert(
      fc.property(
        json,
        encoding,
        charset,
        fc.boolean(),
        (value, encodings, [parameter, write, has], inOneLine) => {
          // What the charset lacks is written as JSON's escapes.
          const written = writeJson(value).replace(/[^]/g, (c) =>
            has.test(c) ? c : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
          );
          const lines = inOneLine ? [encodings.join(', ')] : encodings;
          const headers = lines.flatMap((one) => ['Content-Encoding', one]);
          const bytes = encoded(write(written), encodings);
          const payload = new Payload(bytes, [...headers, 'content-type', `application/json${parameter}`]);
          expect([payload.notRead, payload.value]).toEqual([null, asRead(value)]);
          expect(isSameContent(payload.content, new Payload(written).content)).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('is read as JSON.parse reads it, where that reads it exactly', () => {
    fc.assert(
      fc.property(fc.json(), (written) => {
        fc.pre(!/\d{16}/.test(written));
        expect(new Payload(Buffer.from(written)).value).toEqual(JSON.parse(written));
      }),
      { examples: [['{"y":1,"y":2}'], ['{"__proto__":{"y":1}}'], [' [1.0, -0.0]\n']] },
    );
  });

  it('in lines, and as server-sent events, is a sequence', () => {
    const end = fc.constantFrom('\n', '\r\n', '\r');
    const types = ['application/x-ndjson', 'application/jsonl', 'application/json-seq'];
    fc.assert(
      fc.property(
        fc.array(json, { minLength: 1, maxLength: 5 }),
        end,
        fc.constantFrom(...types),
        (values, lf, type) => {
          const lines = values.map((value) => writeJson(value));
          const separated =
            lines.map((line) => (type.endsWith('seq') ? `\u001e${line}` : line)).join(lf) + lf;
          expect(new Payload(Buffer.from(separated), ['content-type', type]).value).toEqual(asRead(values));
          if (values.length > 1)
            expect(new Payload(Buffer.from(lines.join(lf))).value).toEqual(asRead(values));
          const events = [
            ': hello',
            ...lines.map((line, i) => `id: ${i}${lf}data: ${line}${lf}`),
            `data: [DONE]${lf}${lf}`,
          ];
          expect(
            new Payload(Buffer.from(events.join(lf)), ['content-type', 'text/event-stream']).value,
          ).toEqual(asRead(values));
        },
      ),
    );
  });
});

describe('any bytes', () => {
  const mutated = fc
    .record({
      value: json,
      encodings: encoding,
      charset,
      at: fc.nat(),
      with: fc.uint8Array({ maxLength: 4 }),
      cut: fc.nat(),
    })
    .map(({ value, encodings, charset: [parameter, write], at, with: bytes, cut }) => {
      const whole = Buffer.from(encoded(write(writeJson(value)), encodings));
      const start = at % (whole.length + 1);
      whole.set(bytes.subarray(0, whole.length - start), start);
      return {
        bytes: cut % 3 === 0 ? whole.subarray(0, start) : whole,
        headers: ['content-encoding', encodings.join(','), 'content-type', `application/json${parameter}`],
      };
    });
  const anyHeaders = fc.array(
    fc.oneof(
      fc.constantFrom('content-type', 'content-encoding', 'inference-header-content-length'),
      fc.constantFrom(
        'gzip',
        'br, br',
        'zstd',
        'text/event-stream',
        'application/x-ndjson',
        'text/plain',
        'image/png',
        '7',
      ),
      fc.string(),
    ),
    { maxLength: 8 },
  );

  it('are read, or say why not by one of few codes, and nothing throws', () => {
    const few = /^(no_json|too_deep|too_large|truncated|corrupt|charset|tensors|encoding:(zstd|other))$/;
    const read = (bytes: Uint8Array, headers: readonly string[]): void => {
      const payload = new Payload(bytes, headers);
      if (payload.notRead !== null) {
        expect(payload.notRead).toMatch(few);
        expect(notReadWords(payload.notRead)).not.toBe('');
      }
      expect(payload.shown(1_000).length).toBeLessThan(bytes.length * 10 + 2_000);
    };
    fc.assert(
      fc.property(mutated, ({ bytes, headers }) => read(bytes, headers)),
      { numRuns: 1_000 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          text.map((t) => Buffer.from(t)),
        ),
        anyHeaders,
        read,
      ),
      { numRuns: 1_000 },
    );
  });

  it('that differ are the same content only where they are the same JSON', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 6 }),
      fc.string({ unit: 'binary', maxLength: 4 }).map((t) => Buffer.from(t)),
    );
    fc.assert(
      fc.property(
        bytes,
        bytes,
        fc.constantFrom('', 'text/plain', 'application/octet-stream', 'image/png'),
        (a, b, type) => {
          fc.pre(!Buffer.from(a).equals(b));
          const [x, y] = [a, b].map((one) => new Payload(one, ['content-type', type]).content);
          if (x!.kind === 'value' || !isSameContent(x!, y!)) return;
          // A byte order mark is no part of a text.
          expect([a, b].some((one) => [0xef, 0xff, 0xfe].includes(one[0] ?? 0))).toBe(true);
        },
      ),
    );
  });
});

describe('what is not read says why', () => {
  const object = Buffer.from('{"y":1}');
  const bomb = zlib.gzipSync(Buffer.alloc(64 * 1024 * 1024, '['));
  const gzip = ['content-encoding', 'gzip'];
  it.each([
    ['a bomb', bomb, gzip, 'too_large'],
    ['a bomb in a bomb', zlib.gzipSync(bomb), ['content-encoding', 'gzip, gzip'], 'too_large'],
    [
      'a brotli bomb',
      zlib.brotliCompressSync(Buffer.alloc(64 * 1024 * 1024)),
      ['content-encoding', 'br'],
      'too_large',
    ],
    ['a gzip without its end', zlib.gzipSync(object).subarray(0, 20), gzip, 'truncated'],
    ['no gzip', object, gzip, 'corrupt'],
    ['an encoding that nobody knows', object, ['content-encoding', 'x-ours; y'], 'encoding:other'],
    ['one that is known and not read', object, ['content-encoding', 'compress'], 'encoding:compress'],
    ...(zstd
      ? []
      : [['zstd on this Node.js', object, ['content-encoding', 'zstd'], 'encoding:zstd'] as const]),
    ['a hundred encodings', object, ['content-encoding', 'gzip,'.repeat(100)], 'encoding:other'],
    ['an unknown charset', object, ['content-type', 'application/json; charset=klingon'], 'charset'],
    [
      'no UTF-8 though it says so',
      Buffer.from([123, 34, 0xe9, 34, 125]),
      ['content-type', 'application/json; charset=utf-8'],
      'charset',
    ],
    ['a page', Buffer.from('<html>'), ['content-type', 'text/html'], 'no_json'],
    ['bytes', Buffer.from([0, 1, 2]), ['content-type', 'image/png'], 'no_json'],
    ['broken JSON', Buffer.from('{"y":'), ['content-type', 'application/json'], 'no_json'],
    ['65 levels', Buffer.from('['.repeat(65) + ']'.repeat(65)), [], 'too_deep'],
    ['NaN as a part of a name', Buffer.from('{"NaN":'), [], 'no_json'],
    ['an integer without end', Buffer.from(`[${'9'.repeat(1_000_000)}]`), [], 'too_large'],
    ['four million lines', Buffer.from('{}\n'.repeat(2_000_000)), [], 'too_large'],
  ] as const)('%s', (_, bytes, headers, why) => {
    const payload = new Payload(bytes, headers);
    expect([payload.value, payload.notRead]).toEqual([undefined, why]);
  });

  it('text is text, and looked up as a whole only', () => {
    expect(new Payload(Buffer.from('positive'), ['content-type', 'text/plain']).value).toBe('positive');
    expect(new Payload(Buffer.from('positive'), ['content-type', 'text/html']).value).toBe(undefined);
  });

  it.each([
    ['é, è', latin1('{"y":"é"}'), latin1('{"y":"è"}')],
    ['2^53, 2^53 + 1', Buffer.from('{"y":9007199254740992}'), Buffer.from('{"y":9007199254740993}')],
    ['-(2^53), -(2^53) - 1', Buffer.from('[-9007199254740992]'), Buffer.from('[-9007199254740993]')],
  ])('%s are told apart', (_, a, b) => {
    const [x, y] = [a, b].map((bytes) => new Payload(bytes, ['content-type', 'application/json']).content);
    expect([isSameContent(x!, x!), isSameContent(x!, y!)]).toEqual([true, false]);
  });
});
