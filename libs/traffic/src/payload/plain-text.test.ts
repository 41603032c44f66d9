import { describe, expect, it } from '@jest/globals';
import zlib from 'node:zlib';
import fc from 'fast-check';
import { ModelAnswer } from '../answers/model-answer.ts';
import type { OutputSpec } from '../output/output-spec.ts';
import { Payload } from './index.ts';

const textSpec = (path: string): OutputSpec => ({ kind: 'text', path, similarity: 1 });
const read = (body: string, type: string, spec: OutputSpec): unknown =>
  new ModelAnswer(200, Buffer.from(body), ['content-type', type]).reading(spec);
/** What models write, among it what looks like JSON. */
const said = fc
  .oneof(
    fc.json(),
    fc.double().map(String),
    fc.constantFrom('42', 'true', 'null', '-1', '[draft]', '{x}', '"so" she said', '1\n2', 'NaN', '- item'),
    fc.string({ unit: 'grapheme' }),
  )
  .filter((text) => /\S/.test(text));

describe('a text is a text, whatever it looks like', () => {
  it('in plain text', () => {
    fc.assert(
      fc.property(said, fc.boolean(), (text, isJson) => {
        // A JSON text is what it says: the model's words are between its quotes.
        const isQuoted = isJsonText(text);
        const expected = isQuoted ? (JSON.parse(text) as string) : text.replace(/^\ufeff/, '');
        expect(read(text, 'text/plain; charset=utf-8', textSpec('$'))).toEqual({ text: expected });
        // What is called JSON is a text only where JSON has one.
        if (isJson && !isQuoted) expect(read(text, 'application/json', textSpec('$'))).toBe(null);
      }),
      { numRuns: 1_000 },
    );
  });

  it('in the events of a stream', () => {
    const token = said
      .map((text) => text.replace(/[\r\n]/g, ' '))
      .filter((text) => !isJsonText(text) && text !== '[DONE]');
    fc.assert(
      fc.property(fc.array(token, { minLength: 1, maxLength: 8 }), (tokens) => {
        const stream = [...tokens, '[DONE]'].map((one) => `data: ${one}\n\n`).join('');
        // The pieces of a stream are one text.
        expect(read(stream, 'text/event-stream', textSpec('$[*]'))).toEqual({ text: tokens.join('') });
      }),
      { numRuns: 500 },
    );
  });
});

const isJsonText = (text: string): boolean => {
  try {
    return typeof JSON.parse(text) === 'string';
  } catch {
    return false;
  }
};

it('an empty body is no output, whatever its headers say', () => {
  const type = fc.constantFrom(
    '',
    'text/plain',
    'application/json',
    'text/event-stream',
    'application/x-ndjson',
  );
  const kind = fc.constantFrom<OutputSpec>({ kind: 'label', path: '$' }, textSpec('$'), textSpec('$[*]'), {
    kind: 'score',
    path: '$',
    tolerance: 0,
  });
  fc.assert(
    fc.property(
      type,
      kind,
      fc.constantFrom('', ' ', '\r\n', '\ufeff'),
      fc.boolean(),
      (name, spec, blank, isZipped) => {
        const bytes = isZipped ? zlib.gzipSync(blank) : Buffer.from(blank);
        const headers = [
          ...(name ? ['content-type', name] : []),
          ...(isZipped ? ['content-encoding', 'gzip'] : []),
        ];
        const answer = new ModelAnswer(200, bytes, headers);
        expect(answer.reading(spec)).toBe(null);
        expect(answer.notReadBy(spec)).not.toBe(null);
      },
    ),
  );
});

/** Names that Python's servers write, and how the text is written in them. */
const PYTHON: readonly (readonly [name: string, write: (text: string) => Uint8Array])[] = [
  ...['latin-1', 'latin_1', 'Latin-1', 'iso8859_1', 'iso_8859_1', 'cp1252'].map(
    (name) => [name, (text: string) => Buffer.from(text, 'latin1')] as const,
  ),
  ...['utf_8', 'utf8', 'UTF_8', 'utf-8-sig', 'utf_8_sig'].map(
    (name) => [name, (text: string) => Buffer.from(text, 'utf8')] as const,
  ),
  ...['utf-16-le', 'utf_16_le', 'utf_16le'].map(
    (name) => [name, (text: string) => Buffer.from(text, 'utf16le')] as const,
  ),
  ...['utf-16-be', 'utf_16_be'].map(
    (name) => [name, (text: string) => Buffer.from(text, 'utf16le').swap16()] as const,
  ),
];

it('charsets are known by the names that Python gives them', () => {
  // Characters that every one of them has, and writes differently.
  const label = fc.array(fc.constantFrom('a', 'é', 'è', 'ß', '£', '½', '1'), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(fc.constantFrom(...PYTHON), label, ([name, write], letters) => {
      const y = letters.join('');
      const bytes = write(JSON.stringify({ y }));
      const headers = ['content-type', `application/json; charset=${name}`];
      expect(new Payload(bytes, headers).value).toEqual({ y });
    }),
    { numRuns: 500 },
  );
});

it.each(['utf-32', 'utf_7', 'x-klingon', 'rot13', '-', '_', 'utf', 'utf16lebe'])(
  'charset=%s is not guessed',
  (name) => {
    const headers = ['content-type', `application/json; charset=${name}`];
    expect(new Payload(Buffer.from('{"y":1}'), headers).notRead).toBe('charset');
  },
);
