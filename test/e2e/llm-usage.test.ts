import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Arm, Route } from '#libs/traffic';
import { type EvidenceSink, startEvidenceSink } from '../support/gateways/evidence-sink.ts';
import { eventually } from '../support/installation.ts';
import { type LoneGateway, routeTo, startLoneGateway } from '../support/gateways/lone-gateway.ts';

/** What a real gateway reads of the tokens of answers, in all the forms that servers give them, and what that costs: 2 in, 10 out, 1 cached. */
const MILLION = 1_000_000;
const PRICES = { input: 2, output: 10, cachedInput: 1 };

interface Said {
  readonly input?: number;
  readonly output?: number;
  readonly finish?: string;
  /** Of a million such answers; `null`: not known. */
  readonly cost: number | null;
}
const USAGE = '"usage":{"prompt_tokens":4,"completion_tokens":2,"total_tokens":6}';
const chat = (content: string, more = ''): string =>
  `{"choices":[{"delta":{"content":"${content}"},"finish_reason":null}]${more}}`;
const END = `{"choices":[{"delta":{},"finish_reason":"stop"}]}`;
const LAST = `{"choices":[],${USAGE}}`;
const PAID: Said = { input: 4, output: 2, finish: 'stop', cost: 28 };
const sse = (end: string, ...events: readonly string[]): string =>
  events.map((one) => `data: ${one}${end}${end}`).join('');

const STREAM = 'text/event-stream';
const LINES = 'application/x-ndjson';
const JSON_TYPE = 'application/json';
const CASES: readonly (readonly [name: string, type: string, body: string, said: Said])[] = [
  ['lines end with LF', STREAM, sse('\n', chat('a'), chat('b'), END, LAST, '[DONE]'), PAID],
  ['lines end with CRLF', STREAM, sse('\r\n', chat('a'), chat('b'), END, LAST, '[DONE]'), PAID],
  ['lines end with CR', STREAM, sse('\r', chat('a'), chat('b'), END, LAST, '[DONE]'), PAID],
  ['a byte order mark', STREAM, `\ufeff${sse('\n', chat('a'), END, LAST)}`, PAID],
  ['no [DONE]', STREAM, sse('\n', chat('a'), END, LAST), PAID],
  ['no blank after data:', STREAM, sse('\n', chat('a'), END, LAST).replaceAll('data: ', 'data:'), PAID],
  [
    'comments between',
    STREAM,
    `: hi\n\n${sse('\n', chat('a'))}: ping\n\n${sse('\n', END, LAST)}: bye\n\n`,
    PAID,
  ],
  [
    'names, ids and pauses',
    STREAM,
    `retry: 9\nevent: x\nid: 1\ndata: ${chat('a')}\n\n${sse('\n', END, LAST)}`,
    PAID,
  ],
  ['data over several lines', STREAM, sse('\n', chat('a'), END, LAST.replace('[],', '[],\ndata: ')), PAID],
  ['the last event is not ended', STREAM, sse('\n', chat('a'), END, LAST).trimEnd(), PAID],
  ['usage is null until the end', STREAM, sse('\n', chat('a', ',"usage":null'), END, LAST, '[DONE]'), PAID],
  [
    'usage in every event (vLLM)',
    STREAM,
    sse(
      '\n',
      chat('a', ',"usage":{"prompt_tokens":4,"completion_tokens":1}'),
      `{"choices":[{"delta":{},"finish_reason":"stop"}],${USAGE}}`,
      '[DONE]',
    ),
    PAID,
  ],
  [
    'no usage at all',
    STREAM,
    sse('\n', chat('a'), chat('b'), END, '[DONE]'),
    { output: 3, finish: 'stop', cost: null },
  ],
  [
    'usage in words',
    STREAM,
    sse('\n', chat('a'), END, '{"choices":[],"usage":{"prompt_tokens":"4","completion_tokens":"2"}}'),
    { output: 3, finish: 'stop', cost: null },
  ],
  [
    'usage below nothing',
    JSON_TYPE,
    '{"choices":[{"finish_reason":"stop"}],"usage":{"prompt_tokens":-4,"completion_tokens":-2,"total_tokens":-6}}',
    { finish: 'stop', cost: null },
  ],
  [
    'usage beyond all reason',
    JSON_TYPE,
    '{"choices":[{"finish_reason":"stop"}],"usage":{"prompt_tokens":4,"completion_tokens":1e300}}',
    { input: 4, finish: 'stop', cost: null },
  ],
  [
    'usage that is a list, in choices that are none',
    JSON_TYPE,
    '{"choices":"none","usage":[{"prompt_tokens":4,"completion_tokens":2}]}',
    { cost: null },
  ],
  [
    'usage named twice',
    JSON_TYPE,
    `{"choices":[{"finish_reason":"stop"}],"usage":{"prompt_tokens":9e9},${USAGE}}`,
    PAID,
  ],
  [
    'part of the prompt from the cache',
    JSON_TYPE,
    '{"choices":[{"finish_reason":"stop"}],"usage":{"prompt_tokens":100,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":60}}}',
    { input: 100, output: 2, finish: 'stop', cost: 160 },
  ],
  [
    "Anthropic's events",
    STREAM,
    [
      'event: message_start\ndata: {"type":"message_start","message":{"usage":{"input_tokens":3,"cache_read_input_tokens":10,"output_tokens":1}}}\n\n',
      'event: ping\ndata: {"type":"ping"}\n\n',
      ...['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map(
        (text) =>
          `event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"type":"text_delta","text":"${text}"}}\n\n`,
      ),
      'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9}}\n\n',
      'event: message_stop\ndata: {"type":"message_stop"}\n\n',
    ].join(''),
    { input: 13, output: 9, finish: 'end_turn', cost: 106 },
  ],
  [
    "OpenAI's responses",
    STREAM,
    [
      'event: response.created\ndata: {"type":"response.created","response":{"status":"in_progress","usage":null}}\n\n',
      'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","delta":"a"}\n\n',
      'event: response.completed\ndata: {"type":"response.completed","response":{"status":"completed","usage":{"input_tokens":8,"input_tokens_details":{"cached_tokens":4},"output_tokens":2,"total_tokens":10}}}\n\n',
    ].join(''),
    { input: 8, output: 2, finish: 'completed', cost: 32 },
  ],
  [
    'Ollama',
    LINES,
    '{"response":"a","done":false}\n{"response":"b","done":true,"done_reason":"stop","prompt_eval_count":4,"eval_count":2}\n',
    PAID,
  ],
  [
    'Text Generation Inference',
    STREAM,
    `data:{"token":{"text":"a"},"details":null}\n\ndata:{"token":{"text":"b"},"generated_text":"ab","details":{"finish_reason":"eos_token","generated_tokens":2}}\n\n`,
    { output: 2, finish: 'eos_token', cost: null },
  ],
  [
    'embeddings',
    JSON_TYPE,
    '{"data":[{"embedding":[0.5]}],"usage":{"prompt_tokens":4,"total_tokens":4}}',
    { input: 4, cost: 8 },
  ],
];

/** So much of an answer is kept to be read. */
const MOST_KEPT = 20_000;
/** A stream that is longer, so that nobody reads its usage. */
const LONG = sse('\n', chat('x'.repeat(2 * MOST_KEPT)), END, '[DONE]');
/** Answers of two versions to the same request, by their path; streams whose text is put together from its pieces. */
const TEXTS: Readonly<Record<string, string>> = {
  whole: sse('\n', chat('The fox '), chat('ate the grapes.'), END, '[DONE]'),
  long: LONG,
  cut: sse('\n', chat('The fox '), chat('ate'), END, '[DONE]'),
};
const LONG_ROLLOUTS = {
  candidate: '00000000-0000-4000-8000-000000008881',
  primary: '00000000-0000-4000-8000-000000008882',
} as const;
const longRoute = (arm: keyof typeof LONG_ROLLOUTS, url: string): Route =>
  routeTo(`long-${arm}`, `${url}/long`, {
    rolloutId: LONG_ROLLOUTS[arm],
    candidate: { version: 2, url: `${url}/long`, mode: 'canary', weight: arm === 'primary' ? 0 : 10_000 },
    reading: {
      ...{ inputs: [], output: null, segments: [], requestIds: false, samples: { most: 0, redact: [] } },
      ...{ tokens: true, everyAnswer: true },
      prices: [1, 2].map((version) => ({ version, ...PRICES })),
    },
  });
const TEXTS_ROLLOUT = '00000000-0000-4000-8000-000000009999';
const textsRoute = (url: string): Route =>
  routeTo('texts', `${url}/whole`, {
    rolloutId: TEXTS_ROLLOUT,
    outputSpec: { kind: 'text', path: '$[*].choices[0].delta.content', similarity: 0.5 },
    candidate: { version: 2, url: `${url}/cut`, mode: 'shadow', weight: 10_000 },
    reading: {
      ...{ inputs: [], output: null, segments: [], requestIds: false, samples: { most: 0, redact: [] } },
      editDistance: true,
    },
  });

const server = createServer((request, response) => {
  const text = TEXTS[request.url?.split('/')[1] ?? ''];
  if (text !== undefined) {
    request.resume().on('end', () => response.writeHead(200, { 'content-type': STREAM }).end(text));
    return;
  }
  const [, type = '', body = ''] = CASES[Number(request.url?.split('/')[1])] ?? [];
  request.resume().on('end', () => response.writeHead(200, { 'content-type': type }).end(body));
});
const rolloutOf = (i: number): string => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`;
const routeOf = (i: number, url: string): Route =>
  routeTo(`case-${i}`, `${url}/${i}`, {
    rolloutId: rolloutOf(i),
    // Half of the cases are those of a candidate, the others of a primary and its shadow.
    candidate: {
      ...{ version: 2, url: `${url}/${i}`, weight: 10_000 },
      mode: i % 2 === 0 ? 'canary' : 'shadow',
    },
    reading: {
      ...{ inputs: [], output: null, segments: [], requestIds: false, samples: { most: 0, redact: [] } },
      ...{ tokens: true, everyAnswer: true },
      prices: [1, 2].map((version) => ({ version, ...PRICES })),
    },
  });

let sink: EvidenceSink;
let gateway: LoneGateway;
beforeAll(async () => {
  sink = await startEvidenceSink();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  gateway = await startLoneGateway(
    [
      ...CASES.map((_, i) => routeOf(i, url)),
      textsRoute(url),
      longRoute('primary', url),
      longRoute('candidate', url),
    ],
    {
      API_URL: sink.url,
      MAX_BUFFERED_BYTES: String(MOST_KEPT),
    },
  );
  await Promise.all(
    CASES.map(async ([, , body], i) => {
      const answer = await fetch(`${gateway.url}/models/case-${i}/v1/chat/completions`, {
        method: 'POST',
        body: '{}',
      });
      expect([answer.status, Buffer.from(await answer.arrayBuffer()).toString()]).toEqual([200, body]);
    }),
  );
});
afterAll(async () => {
  await gateway.stop();
  await sink.stop();
  server.closeAllConnections();
  server.close();
});

const armsOf = (i: number): readonly Arm[] => (i % 2 === 0 ? ['candidate'] : ['primary', 'shadow']);

it.each(CASES.map(([name, , , said], i) => [name, i, said] as const))('%s', async (_name, i, said) => {
  for (const arm of armsOf(i)) {
    const { requests, errors, measures, histograms } = await eventually(
      async () => sink.tally(rolloutOf(i), arm),
      (tally) => tally.measures['unpriced'] !== undefined,
      10_000,
    );
    expect([requests, errors]).toEqual([1, 0]);
    const { input, output, finish, cost } = said;
    const of = (name: string) => measures[name]?.mean;
    expect({ input: of('input_tokens'), output: of('output_tokens') }).toEqual({ input, output });
    expect(histograms['finish_reason']).toEqual(finish === undefined ? undefined : { [finish]: 1 });
    expect(of('unpriced')).toBe(cost === null ? 1 : 0);
    if (cost === null) expect(of('cost')).toBeUndefined();
    else expect((of('cost') ?? NaN) * MILLION).toBeCloseTo(cost, 6);
  }
});

it('how far the texts of two streams are apart is measured on the copy', async () => {
  const asked = await fetch(`${gateway.url}/models/texts/v1/chat/completions`, {
    method: 'POST',
    body: '{}',
  });
  await asked.text();
  const { measures } = await eventually(
    async () => sink.tally(TEXTS_ROLLOUT, 'shadow'),
    (tally) => tally.measures['edit_distance'] !== undefined,
    10_000,
  );
  // Of 23 characters, the last 12 are missing.
  expect(measures['edit_distance']).toMatchObject({ n: 1, mean: expect.closeTo(12 / 23, 9) });
});

it.each(['candidate', 'primary'] as const)(
  'a stream of the %s that is too long to be read is one whose cost nobody knows',
  async (arm) => {
    const asked = await fetch(`${gateway.url}/models/long-${arm}/v1/chat/completions`, {
      method: 'POST',
      body: '{}',
    });
    expect(await asked.text()).toBe(LONG);
    const { measures } = await eventually(
      async () => sink.tally(LONG_ROLLOUTS[arm], arm),
      (tally) => tally.measures['unpriced'] !== undefined,
      10_000,
    );
    expect(measures['unpriced']).toMatchObject({ n: 1, mean: 1 });
    expect(measures['cost']).toBeUndefined();
  },
);

it('Prometheus has tokens, cost and times by the names that OpenTelemetry has for them', async () => {
  const port = gateway.process.adminPort;
  const toCallers = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(toCallers).toMatch(
    /^gen_ai_client_token_usage_sum\{arm="candidate",gen_ai_token_type="output"\} \d+$/m,
  );
  expect(toCallers).not.toContain('case-');
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const of = (pattern: RegExp): string | undefined => pattern.exec(text)?.[1];
  expect(
    of(/^gen_ai_client_token_usage_sum\{model="case-0",arm="candidate",gen_ai_token_type="output"\} (\S+)$/m),
  ).toBe('2');
  expect(
    of(
      /^gen_ai_client_token_usage_bucket\{le="4",model="case-1",arm="shadow",gen_ai_token_type="input"\} (\S+)$/m,
    ),
  ).toBe('1');
  expect(
    of(/^gen_ai_server_time_to_first_token_seconds_count\{model="case-0",arm="candidate"\} (\S+)$/m),
  ).toBe('1');
  expect(text).toMatch(/^gen_ai_server_time_per_output_token_seconds_count\{model="case-0"/m);
  expect(
    Number(of(/^understudy_gateway_answer_cost_sum\{model="case-0",arm="candidate"\} (\S+)$/m)) * MILLION,
  ).toBeCloseTo(28, 6);
});
