import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually } from '../support/installation.ts';
import { type LoneGateway, routeTo, startLoneGateway } from '../support/gateways/lone-gateway.ts';
import {
  type ExportedSpan,
  exportingTo,
  type OtlpCollector,
  startOtlpCollector,
} from '../support/gateways/otlp-collector.ts';

/** What model servers say of tokens, model and end of an answer stands in the span of the ask, exported by OTLP to a real receiver. */
const USAGE = '"usage":{"prompt_tokens":40,"completion_tokens":2,"total_tokens":42}';
const piece = (content: string): string =>
  `data: {"model":"gpt-x-2026","choices":[{"index":0,"delta":{"content":"${content}"},"finish_reason":null}]}\n\n`;
const END =
  'data: {"model":"gpt-x-2026","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n' +
  `data: {"model":"gpt-x-2026","choices":[],${USAGE}}\n\ndata: [DONE]\n\n`;
const SAID = {
  'gen_ai.usage.input_tokens': 40,
  'gen_ai.usage.output_tokens': 2,
  'gen_ai.response.model': 'gpt-x-2026',
  'gen_ai.response.finish_reasons': ['stop'],
};
const whole = (reasons: readonly string[]): string =>
  `{"model":"gpt-x-2026","choices":[${reasons.map((one, index) => `{"index":${index},"message":{"content":"a"},"finish_reason":"${one}"}`)}],${USAGE}}`;
const [JSON_TYPE, STREAM] = ['application/json', 'text/event-stream'];

interface Answer {
  readonly status?: number;
  readonly type: string;
  readonly parts: readonly (string | Buffer)[];
  readonly isGzip?: boolean;
  readonly isCut?: boolean;
}
const CASES: Readonly<Record<string, readonly [Answer, Record<string, unknown>]>> = {
  whole: [{ type: JSON_TYPE, parts: [whole(['stop'])] }, SAID],
  choices: [
    { type: JSON_TYPE, parts: [whole(['stop', 'length'])] },
    { ...SAID, 'gen_ai.response.finish_reasons': ['stop', 'length'] },
  ],
  gzip: [{ type: JSON_TYPE, parts: [gzipSync(whole(['stop']))], isGzip: true }, SAID],
  stream: [{ type: STREAM, parts: [piece('a'), piece('b'), END] }, SAID],
  // So that neither end has all of it.
  long: [{ type: STREAM, parts: [...Array<string>(400).fill(piece('x'.repeat(1_000))), END] }, SAID],
  anthropic: [
    {
      type: STREAM,
      parts: [
        'event: message_start\ndata: {"type":"message_start","message":{"model":"claude-x","usage":{"input_tokens":3,"cache_read_input_tokens":10,"output_tokens":1}}}\n\n',
        ...Array<string>(300).fill(
          `data: {"type":"content_block_delta","delta":{"text":"${'y'.repeat(900)}"}}\n\n`,
        ),
        'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9}}\n\n',
      ],
    },
    {
      'gen_ai.usage.input_tokens': 13,
      'gen_ai.usage.output_tokens': 9,
      'gen_ai.response.model': 'claude-x',
      'gen_ai.response.finish_reasons': ['end_turn'],
    },
  ],
  classifier: [{ type: JSON_TYPE, parts: ['{"model":"resnet","label":"dog"}'] }, {}],
  refused: [{ status: 429, type: JSON_TYPE, parts: [whole(['stop'])] }, {}],
  cut: [{ type: STREAM, parts: [piece('a'), `data: {"choices":[],${USAGE}}\n\n`], isCut: true }, {}],
};

const server = createServer((request, response) => {
  const name = request.url?.split('/')[1] ?? '';
  const answer = CASES[name]?.[0];
  request.resume().on('end', () => {
    if (!answer) return void response.writeHead(404).end();
    response.writeHead(answer.status ?? 200, {
      'content-type': answer.type,
      ...(answer.isGzip === true ? { 'content-encoding': 'gzip' } : {}),
    });
    for (const part of answer.parts) response.write(part);
    if (answer.isCut === true) setImmediate(() => response.destroy());
    else response.end();
  });
});

/** In the order of OpenAI's client for Python: the model behind the messages. */
const BODY = JSON.stringify({ messages: [{ content: '"model":"no"' }], model: 'gpt-x', stream: true });
const ASKED = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-x',
  'gen_ai.request.stream': true,
};

let collector: OtlpCollector;
let gateway: LoneGateway;
beforeAll(async () => {
  collector = await startOtlpCollector();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const both = (mode: 'canary' | 'shadow') =>
    routeTo(mode, `${url}/whole`, {
      rolloutId: `00000000-0000-4000-8000-00000000000${mode === 'canary' ? 1 : 2}`,
      candidate: { version: 2, url: `${url}/stream`, mode, weight: 10_000 },
    });
  gateway = await startLoneGateway(
    [...Object.keys(CASES).map((name) => routeTo(name, `${url}/${name}`)), both('canary'), both('shadow')],
    exportingTo(collector.url),
  );
});
afterAll(async () => {
  await gateway.stop();
  await collector.stop();
  server.closeAllConnections();
  server.close();
});

async function ask(model: string, many: number): Promise<readonly ExportedSpan[]> {
  const id = randomBytes(16).toString('hex');
  const response = await fetch(`${gateway.url}/models/${model}/v1/chat/completions`, {
    ...{ method: 'POST', body: BODY },
    headers: { 'content-type': JSON_TYPE, traceparent: `00-${id}-b7ad6b7169203331-01` },
  });
  await response.arrayBuffer().catch(() => undefined);
  return eventually(
    async () => collector.trace(id),
    (spans) => spans.length >= many,
  );
}
const saidIn = (span: ExportedSpan | undefined): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(span?.attributes ?? {}).filter(([name]) => /^gen_ai\.(usage|response\.[fm])/.test(name)),
  );
const askedIn = (span: ExportedSpan | undefined): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(span?.attributes ?? {}).filter(([name]) =>
      /^gen_ai\.(operation|provider|request)\./.test(name),
    ),
  );
const askOf = (spans: readonly ExportedSpan[], purpose: string): ExportedSpan | undefined =>
  spans.find(({ attributes }) => attributes['understudy.purpose'] === purpose);

it.each(Object.entries(CASES).map(([name, [, said]]) => [name, said] as const))(
  'tokens, model and end of an answer: %s',
  async (name, said) => {
    const spans = await ask(name, 2);
    expect(saidIn(askOf(spans, 'primary'))).toEqual(said);
    // Also of an ask that fails.
    expect(askedIn(askOf(spans, 'primary'))).toEqual(ASKED);
    // Whoever adds up tokens over a trace counts them once.
    const callers = spans.find(({ kind }) => kind === 'server');
    expect([saidIn(callers), askedIn(callers)]).toEqual([{}, {}]);
  },
);

it('each ask has those of its own answer: a copy beside the primary, a candidate by itself', async () => {
  const copied = await ask('shadow', 3);
  expect([saidIn(askOf(copied, 'primary')), saidIn(askOf(copied, 'shadow'))]).toEqual([SAID, SAID]);
  expect([askedIn(askOf(copied, 'primary')), askedIn(askOf(copied, 'shadow'))]).toEqual([ASKED, ASKED]);
  expect(saidIn(askOf(await ask('canary', 2), 'candidate'))).toEqual(SAID);
});

it('the last answer of a gateway that ends is read too', async () => {
  const id = randomBytes(16).toString('hex');
  const response = await fetch(`${gateway.url}/models/stream/v1/chat/completions`, {
    ...{ method: 'POST', body: '{}', headers: { traceparent: `00-${id}-b7ad6b7169203331-01` } },
  });
  await response.arrayBuffer();
  await gateway.process.kill('SIGTERM');
  expect(saidIn(askOf(collector.trace(id), 'primary'))).toEqual(SAID);
});
