import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { EndpointFailure } from '#libs/engine';
import { openaiEmbedder, openaiJudge } from '#libs/outbound';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/** A reply that cannot be used has been paid for: what it has cost comes with its failure. */
let server: TestModelServer;
let answer: (response: Parameters<typeof json>[0]) => void;
beforeAll(async () => {
  server = await startModelServer((_request, _body, response) => answer(response));
});
afterAll(() => server.stop());

const endpoint = () => ({
  url: server.url,
  model: 'm',
  parameters: {},
  apiKey: async () => null,
  timeoutMs: 1_500,
});
const failureOf = async (work: Promise<unknown>): Promise<EndpointFailure> => {
  const error = await work.then(
    () => null,
    (failure: unknown) => failure,
  );
  expect(error).toBeInstanceOf(EndpointFailure);
  return error as EndpointFailure;
};
const ask = () => openaiJudge(endpoint()).ask('x'.repeat(400));
const embed = () =>
  openaiEmbedder({ ...endpoint(), dimensions: null, batch: 4, maxCharacters: 8_000 }).embed([
    'a'.repeat(40),
    'b',
  ]);

it.each<[string, typeof answer, string, readonly [number, number]]>([
  [
    'no choice, but a bill',
    (response) => json(response, { choices: [], usage: { prompt_tokens: 70, completion_tokens: 30 } }),
    ...(['unreadable_reply', [70, 30]] as const),
  ],
  ['no JSON', (response) => void response.end('y'.repeat(80)), 'unreadable_reply', [100, 20]],
  ['more than is read', (response) => void response.end('y'.repeat(300_000)), 'unreadable_reply', [100, 0]],
  ['nothing in time', () => undefined, 'timeout', [100, 0]],
  ['an error', (response) => json(response, { error: 'busy' }, 503), 'http_503', [0, 0]],
])('the judge says %s', async (_what, say, code, [inputTokens, outputTokens]) => {
  answer = say;
  expect(await failureOf(ask())).toMatchObject({ code, spent: { inputTokens, outputTokens } });
});

it.each<[string, typeof answer, string, number]>([
  [
    'too few, and a bill',
    (response) => json(response, { data: [], usage: { prompt_tokens: 9 } }),
    'wrong_count',
    9,
  ],
  ['no JSON', (response) => void response.end('<html>'), 'unreadable_reply', 11],
  [
    'a bill that is absurd',
    (response) => json(response, { data: [], usage: { prompt_tokens: -5 } }),
    'wrong_count',
    11,
  ],
  ['nothing in time', () => undefined, 'timeout', 11],
  ['too much at once', (response) => json(response, {}, 429), 'http_429', 0],
])('the embeddings endpoint says %s', async (_what, say, code, inputTokens) => {
  answer = say;
  expect(await failureOf(embed())).toMatchObject({ code, spent: { inputTokens } });
});
