import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CompressedStart, StreamParts, heldUntil, howItEnds, partSaysNothing, saysError } from './index.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const SSE = ['Content-Type', 'text/event-stream; charset=utf-8'];

/** How many bytes the first part takes, when they come in pieces of these sizes. */
function firstPart(until: 'event' | 'line' | 'bytes', text: string, sizes: readonly number[]): number | null {
  const part = new StreamParts(until);
  const all = bytes(text);
  for (let at = 0, i = 0; at < all.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    const used = part.next(all.subarray(at, at + size));
    if (used !== null) return at + used;
    at += size;
  }
  return null;
}

describe('heldUntil', () => {
  it.each([
    [200, ['content-type', 'text/event-stream'], null, 'event'],
    [200, ['CONTENT-TYPE', 'Text/Event-Stream;charset=UTF-8'], 99, 'event'],
    [200, ['content-type', 'text/event-stream', 'content-encoding', 'gzip'], null, 'bytes'],
    [200, ['content-type', 'application/x-ndjson'], null, 'line'],
    [200, ['content-type', 'application/json-seq'], null, 'line'],
    [200, ['content-type', 'application/json'], 12, 'whole'],
    [200, ['content-type', 'application/json'], null, 'whole'],
    [200, ['content-type', 'application/vnd.v1+json'], null, 'whole'],
    [200, [], null, 'whole'],
    [200, ['content-type', 'text/plain'], 12, 'whole'],
    [200, ['content-type', 'text/plain'], null, 'bytes'],
    [200, ['content-type', 'audio/mpeg'], null, 'bytes'],
    [
      200,
      ['content-type', 'application/octet-stream', 'inference-header-content-length', '9'],
      null,
      'whole',
    ],
    [400, ['content-type', 'text/event-stream'], null, 'whole'],
    [503, ['content-type', 'application/x-ndjson'], null, 'whole'],
  ] as const)('%i %j, length %j: %s', (status, headers, length, expected) => {
    expect(heldUntil(status, headers, length)).toBe(expected);
  });
});

describe('StreamParts', () => {
  const STREAMS = [
    ['event', 'data: {"t":0}\n\n', 'data: {"t":1}\n\n'],
    ['event', ': keep-alive\n\n: again\r\n\r\ndata: a\r\n\r', '\ndata: b\r\n\r\n'],
    ['event', 'event: token\nid: 7\ndata:x\ndata:y\n\n', 'data: z\n\n'],
    ['event', 'retry: 10\n\ndatabase: no\n\ndat: no\n\ndata\n\n', 'data: z\n\n'],
    ['event', '\n\n\ndata: a\r\r', 'data: b\r\r'],
    ['event', '\ufeffdata: a\n\n', 'data: b\n\n'],
    ['line', '\ufeff\n{"a":1}\n', '{"a":2}\n'],
    ['line', '{"a":1}\n', '{"a":2}\n'],
    ['line', '\n \r\n\u001e{"a":1}\r', '\n'],
    ['bytes', 'h', 'ello'],
  ] as const;

  it.each(STREAMS)('%s: ends where it ends, whatever the pieces: %j', (until, first, rest) => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 9 }), (sizes) => {
        const expected = until === 'bytes' ? Math.min(sizes[0] ?? 1, 5) : bytes(first).length;
        expect(firstPart(until, first + rest, sizes)).toBe(expected);
      }),
    );
  });

  it('is not over in a stream that has said nothing yet', () => {
    for (const text of [': ping\n\n: ping\n\n', 'event: start\n\n', 'data: half', 'data: half\n'])
      expect(firstPart('event', text, [1])).toBeNull();
    expect(firstPart('line', ' \n\r\n{"half":', [3])).toBeNull();
  });
});

it.each([
  ['event', 'data: a\n\n: ping\n\ndata: b\ndata: c\n\nid: 1\n\ndata:[DONE]\n\n', 2],
  ['event', 'data: [DONE\n\ndata: [DONE] \r\n\r\ndata: [\n\ndata: [DONE]', 3],
  ['line', '{"a":1}\n\n{"a":2}\r\n{"a":3', 2],
] as const)('counts %s: %j has %i', (until, text, expected) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), (size) => {
      const parts = new StreamParts(until);
      for (let at = 0; at < text.length; at += size) parts.add(bytes(text.slice(at, at + size)));
      expect(parts.count).toBe(expected);
    }),
  );
});

describe('saysError', () => {
  it.each([
    [SSE, 'data: {"error":{"message":"out of memory","code":500}}\n\n', true],
    [SSE, 'event: error\ndata: gone\n\n', true],
    [SSE, ': ping\n\nevent: error\r\ndata: {}\r\n\r\n', true],
    [SSE, 'data: {"choices":[],"error":null}\n\n', false],
    [SSE, 'data: {"delta":"event: error"}\n\n', false],
    [SSE, 'data: error\n\n', false],
    [SSE, 'event: response.failed\ndata: {"type":"response.failed","response":{"error":{}}}\n\n', true],
    [SSE, 'data: {"type":"error","code":null,"message":"busy"}\n\n', true],
    [SSE, 'data: {"error":{"message":"busy"}}\r\r', true],
    [SSE, 'data: [DONE]\n\n', false],
    [['content-type', 'application/x-ndjson'], '{"error":"model not found"}\n', true],
    [['content-type', 'application/x-ndjson'], '{"response":"error"}\n', false],
    [['content-type', 'text/plain'], '{"error":1}', false],
    [['content-type', 'text/plain'], '[{"error":{"message":"x"}}]', false],
    [[...SSE, 'content-encoding', 'br'], 'data: {"error":{}}\n\n', false],
    [['content-type', 'application/x-ndjson'], '{"error":"","response":"a"}\n', false],
    [['content-type', 'application/x-ndjson'], '{"error":0.03,"prediction":3}\n', false],
    [['content-type', 'application/x-ndjson'], '{"error":[],"response":"a"}\n', false],
    [['content-type', 'application/x-ndjson'], '{"error":true}\n', true],
  ] as const)('%j %j: %s', (headers, text, expected) => {
    expect(saysError(bytes(text), headers)).toBe(expected);
  });
});

describe('howItEnds', () => {
  const ERROR = '{"error":{"message":"CUDA out of memory"}}';
  const LINES = ['content-type', 'application/x-ndjson'];
  it.each([
    [SSE, `data: {"t":0}\n\ndata: ${ERROR}\n\n`, false, 'error_event'],
    [SSE, `data: {"t":0}\n\ndata: ${ERROR}\n\ndata: [DONE]\n\n`, false, 'error_event'],
    [SSE, `data: {"t":0}\r\rdata: ${ERROR}\r\rdata: [DONE]\r\r`, false, 'error_event'],
    [
      SSE,
      `data: {"t":0}\n\ndata: ${ERROR}\n\ndata: {"choices":[],"usage":{"a":1}}\n\n`,
      false,
      'error_event',
    ],
    [SSE, `data: ${ERROR}\n\n: bye\n\nevent: ping\ndata: {"type":"ping"}\n\n`, false, 'error_event'],
    [SSE, 'data: {"choices":[],"error":{"code":502}}\n\ndata: [DONE]\n\n', false, 'error_event'],
    [SSE, 'data: {"type":"response.failed","response":{"status":"failed"}}\n\n', false, 'error_event'],
    [SSE, 'data: {"type":"error","message":"busy"}\n\n', false, 'error_event'],
    [SSE, `:0}\n\ndata: ${ERROR}\n\n`, true, 'error_event'],
    [SSE, `data: ${ERROR}\n\ndata: {"t":1}\n\n`, false, null],
    [SSE, 'data: {"t":0}\n\ndata: [DONE]\n\n', false, null],
    [SSE, 'data: {"t":0}\n\nevent: error\ndata: {"message":"busy"}\n\n', false, 'error_event'],
    [
      SSE,
      'data: {"t":0}\r\n\r\nevent: error\r\ndata: {"message":"busy"}\r\n\r\ndata: [DONE]\r\n\r\n',
      false,
      'error_event',
    ],
    [SSE, 'event: error\ndata: {"message":"busy"}\n\ndata: {"t":1}\n\n', false, null],
    [SSE, `data: {"t":0}\n\ndata: ${ERROR}`, false, 'error_event'],
    [SSE, `data: {"t":0}\n\ndata: {"error":0.5}\n\n`, false, null],
    [[...SSE, 'content-encoding', 'gzip'], `data: ${ERROR}\n\n`, false, null],
    [LINES, `:0}\n${ERROR}\n`, true, 'error_event'],
    [LINES, `{"t":0}\n{"t":1}\n`, false, null],
    [LINES, `"error":1}`, true, null],
  ] as const)('%j %j, cut %j: %j', (headers, text, isCut, expected) => {
    expect(howItEnds(bytes(text), headers, isCut)).toBe(expected);
  });

  const event = fc.json({ maxDepth: 3 }).map((json) => `{"choices":[{"delta":${json}}]}`);
  const stream = fc.record({
    isLines: fc.boolean(),
    end: fc.constantFrom('\n', '\r\n', '\r'),
    texts: fc.array(event, { minLength: 1, maxLength: 5 }),
  });
  const write = ({ isLines, end, texts }: { isLines: boolean; end: string; texts: readonly string[] }) =>
    texts.map((text) => (isLines ? `${text}${end}` : `data: ${text}${end}${end}`));

  it('a stream that is cut anywhere in the JSON of an event or line is cut off, and nowhere else', () => {
    fc.assert(
      fc.property(stream, fc.nat(), fc.boolean(), (written, at, isCut) => {
        const headers = written.isLines ? LINES : SSE;
        const parts = write(written);
        const last = bytes(parts.at(-1) ?? '');
        const before = parts.slice(0, -1).join('');
        const json = bytes(written.texts.at(-1) ?? '').length;
        const from = written.isLines ? 0 : 'data: '.length;
        const size = 1 + (at % last.length);
        const tail = new Uint8Array([
          ...bytes(isCut ? `rest"}\n\n${before}` : before),
          ...last.subarray(0, size),
        ]);
        const inJson = size > from && size < from + json;
        // Of what follows a cut only the second event is known to be whole.
        const isKnown = !isCut || parts.length > 1;
        if (isKnown || !inJson) expect(howItEnds(tail, headers, isCut)).toBe(inJson ? 'cut_off' : null);
      }),
    );
  });

  it('texts that are no JSON may end anywhere', () => {
    for (const text of ['data: [draft', 'data: (half', 'data: [1, 2', 'data: {a', 'dat', 'id: {'])
      expect(howItEnds(bytes(`data: {"t":0}\n\n${text}`), SSE, false)).toBeNull();
  });
});

describe('an event says nothing of an answer', () => {
  const chunk = (delta: unknown, more: object = {}): string =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null, logprobs: null, ...more }] })}\n\n`;
  it.each([
    ['data:\n\n', true],
    ['data: {"type": "ping"}\n\n', true],
    ['event: ping\ndata: 2026-11-29\n\n', true],
    [chunk({ role: 'assistant', content: '' }), true],
    [chunk({ role: 'assistant', content: null, reasoning_content: null, tool_calls: [] }), true],
    [chunk({}), true],
    [
      'data: {"choices":[{"index":0,"text":"","finish_reason":null}],"usage":{"completion_tokens":0}}\n\n',
      true,
    ],
    ['data: {"choices":[],"prompt_filter_results":[{"prompt_index":0}]}\n\n', true],
    ['event: message_start\ndata: {"type":"message_start","message":{"usage":{"input_tokens":3}}}\n\n', true],
    ['data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\n\n', true],
    ['data: {"type":"response.created","response":{"status":"in_progress"}}\n\n', true],
    ['data: {"type":"response.output_item.added","item":{"id":"m","type":"message","content":[]}}\n\n', true],
    // What says something, if only a little.
    [chunk({ content: ' ' }), false],
    [chunk({ role: 'assistant', content: 'a' }), false],
    [chunk({ reasoning_content: 'hm' }), false],
    [chunk({ tool_calls: [{ index: 0, function: { name: 'f', arguments: '' } }] }), false],
    [chunk({ refusal: 'no' }), false],
    [chunk({}, { finish_reason: 'stop' }), false],
    ['data: {"choices":[{"index":0,"delta":{"content":""}},{"index":1,"delta":{"content":"b"}}]}\n\n', false],
    ['data: {"choices":[],"usage":{"completion_tokens":1}}\n\n', false],
    ['data: {"choices":[{}]}\n\n', false],
    [
      'data: {"type":"content_block_start","content_block":{"type":"tool_use","name":"f","input":{}}}\n\n',
      false,
    ],
    ['data: {"type":"response.output_item.added","item":{"type":"function_call","name":"f"}}\n\n', false],
    ['data: {"type":"response.output_text.delta","delta":"a"}\n\n', false],
    ['data: {"t":0}\n\n', false],
    ['data: 0\n\n', false],
    ['data: null\n\n', false],
    ['data: ""\n\n', true],
    ['data: [DONE]\n\n', true],
  ])('%j: %j', (event, expected) => {
    expect(partSaysNothing(bytes(event), SSE)).toBe(expected);
  });

  it('lines of other APIs say something', () => {
    expect(
      partSaysNothing(bytes('{"response":"","done":false}\n'), ['content-type', 'application/x-ndjson']),
    ).toBe(false);
    expect(partSaysNothing(bytes('data:\n\n'), ['content-type', 'text/plain'])).toBe(false);
  });
});

describe('CompressedStart', () => {
  const SAID: Readonly<Record<string, (text: string) => Uint8Array>> = {
    gzip: gzipSync,
    'gzip, br': (text) => brotliCompressSync(gzipSync(text)),
    deflate: deflateSync,
    Deflate: deflateRawSync,
    br: brotliCompressSync,
  };
  const FIRST = 'data: {"t":0}\n\n';
  const NOISE = Array.from({ length: 40 }, (_, i) => `data: ${Math.sin(i)}\n\n`).join('');

  it.each(Object.keys(SAID))('%s: of every beginning it says what the decoded one says', (encoding) => {
    const headers = [...SSE, 'content-encoding', encoding];
    for (const [text, expected] of [
      [`: ping\n\n${FIRST}${NOISE}`, 'begun'],
      [`data: {"error":{}}\n\n${NOISE}`, 'error'],
      [': ping\n\n: ping\n\n', 'waits'],
      ['data: {"choices":[{"delta":{"role":"assistant"}}]}\n\ndata:\n\n', 'waits'],
      [`data: {"type":"response.created"}\n\ndata: {"error":{}}\n\n${NOISE}`, 'error'],
    ] as const) {
      const all = SAID[encoding]?.(text) ?? bytes('');
      const looks = Array.from(all, (_, i) => CompressedStart.of(headers)?.look(all.subarray(0, i + 1)));
      const turn = looks.findIndex((one) => one !== 'waits');
      expect([...new Set(looks.slice(0, turn < 0 ? undefined : turn))]).toEqual(['waits']);
      expect([...new Set(turn < 0 ? ['waits'] : looks.slice(turn))]).toEqual([expected]);
    }
  });

  it('is not waited for where it cannot be read, or says nothing again and again', () => {
    const start = (encoding: string) => CompressedStart.of([...SSE, 'content-encoding', encoding]);
    expect(start('gzip')?.look(bytes('no gzip at all'))).toBe('unread');
    expect(start('lzw')?.look(bytes('x'))).toBe('unread');
    expect(start('gzip')?.look(gzipSync(`:${'x'.repeat(2_000_000)}`))).toBe('unread');
    const silent = start('gzip');
    const looks = Array.from({ length: 65 }, () => silent?.look(gzipSync(': ping\n\n')));
    expect(looks.filter((one) => one === 'unread')).toHaveLength(1);
    expect(CompressedStart.of(SSE)).toBeNull();
    expect(CompressedStart.of(['content-type', 'text/plain', 'content-encoding', 'gzip'])).toBeNull();
  });

  it('finds an error at the end, whole or without its last bytes', () => {
    const start = CompressedStart.of([...SSE, 'content-encoding', 'gzip']);
    const all = gzipSync(`${FIRST}data: {"error":"no"}\n\n`);
    expect([start?.endsInError(all), start?.endsInError(all.subarray(0, -8))]).toEqual([true, true]);
    expect(start?.endsInError(gzipSync(FIRST))).toBe(false);
  });
});
