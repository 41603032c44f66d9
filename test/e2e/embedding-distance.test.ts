import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Json } from '../support/api.ts';
import {
  type EmbeddingsManner,
  startEmbeddings,
  type TestEmbeddings,
} from '../support/model-servers/embeddings-server.ts';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import type { TestProcess } from '../support/processes.ts';

/**
 * Language models whose texts are compared by their embeddings: through the real gateway, api and two workers, and an
 * embeddings endpoint of the test's own over HTTP.
 */
const KEY = 'sk-of-this-test';
let site: Installation;
let embeddings: TestEmbeddings;
let second: TestProcess;
const servers: TestModelServer[] = [];
beforeAll(async () => {
  embeddings = await startEmbeddings();
  site = await startInstallation({
    EMBEDDINGS_URL: embeddings.url,
    EMBEDDINGS_MODEL: 'small-embeddings',
    EMBEDDINGS_API_KEY: KEY,
    EMBEDDINGS_DIMENSIONS: '64',
  });
  second = await site.startWorker();
}, 180_000);
beforeEach(() => {
  embeddings.manner = 'honest';
});
afterAll(async () => {
  await second.kill('SIGTERM');
  await site.close();
  await embeddings.stop();
  await Promise.all(servers.map((server) => server.stop()));
});

async function serve(answer: (question: string) => string): Promise<string> {
  const server = await startModelServer((_request, body, response) => {
    const { messages = [] } = JSON.parse(body || '{}') as { messages?: { content: string }[] };
    const message = { role: 'assistant', content: answer(messages[0]?.content ?? '') };
    json(response, { object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'stop' }] });
  });
  servers.push(server);
  return server.url;
}

const v1 = (question: string): string =>
  `You ask about ${question}. First you knead the dough for ten minutes, then it rests for an hour, and at the end it is baked until brown.`;
/** A paraphrase. */
const v2 = (question: string): string =>
  `You ask about ${question}. You first knead the dough for ten minutes, then it rests for an hour, and at the end it is baked until it is brown.`;
/** Drops the end. */
const v3 = (question: string): string => v1(question).split(' ').slice(0, 7).join(' ');

let models = 0;
async function onTrial(candidate: (question: string) => string): Promise<{ model: string; rollout: string }> {
  const model = `embedded-${++models}`;
  const outputSpec = { preset: 'openai', kind: 'text', similarity: 0.2 };
  const register = async (url: string, rollout: unknown) =>
    site.api.call('POST', `/models/${model}/versions`, {
      ...{ createModel: true, outputSpec, servingUrl: url, rollout },
    });
  expect((await register(await serve(v1), true)).status).toBe(201);
  await eventually(
    () => ask(model, 'bread'),
    (status) => status === 200,
  );
  const policy = {
    name: 'by-embeddings',
    steps: [{ shadow: { sample: '100%', minRequests: 20, maxDuration: '1h' } }],
    gates: [{ metric: 'embedding_distance_mean', max: 0.25 }],
  };
  const { body } = await register(await serve(candidate), { policy });
  expect(body['errors'] ?? []).toEqual([]);
  return { model, rollout: body['rollout'].id as string };
}

async function ask(model: string, question: string): Promise<number> {
  const response = await fetch(`${site.gatewayUrl}/models/${model}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: question }] }),
  });
  await response.arrayBuffer();
  return response.status;
}

let questions = 0;
/** Asks on, gently, until the rollout is as it is waited for. */
const askUntil = (model: string, rollout: string, holds: (body: Json) => boolean): Promise<Json> =>
  eventually(
    async () => {
      for (let i = 0; i < 10; i++) await ask(model, `question ${++questions}`);
      return (await site.api.call('GET', `/rollouts/${rollout}`)).body;
    },
    holds,
    150_000,
  );
const verdictOf = (body: Json): Json | undefined =>
  (body['verdicts'] as Json[] | undefined)?.find((one) => one['gate'] === 'embedding_distance_mean');
/** In the verdict, and in what the rollout waits for: the latter names the step's minima until they are seen. */
const saysEverywhere =
  (reason: string) =>
  (body: Json): boolean =>
    [verdictOf(body)?.['because'], body['waitingFor']].every((said) => String(said).includes(reason));
const hasEnded = (body: Json): boolean => body['state'] !== 'running' && body['state'] !== 'pending';

it('rolls back a version that drops the end of its answers, and shows the interval', async () => {
  // At first it takes nothing, then in another order than it was asked.
  embeddings.manner = 'limited';
  const { model, rollout } = await onTrial(v3);
  const limited = await askUntil(model, rollout, saysEverywhere('http_429'));
  expect(limited).toMatchObject({ state: 'running', waitingFor: expect.stringContaining('http_429') });
  embeddings.manner = 'shuffled';
  const body = await askUntil(model, rollout, hasEnded);
  expect(body).toMatchObject({ state: 'rolled_back' });
  const verdict = verdictOf(body);
  expect(verdict).toMatchObject({ verdict: 'fail', margin: 0.25, interval: { lower: expect.any(Number) } });
  expect(verdict?.['interval']['lower']).toBeGreaterThanOrEqual(0.25);
  expect(verdict?.['because']).toContain('too far');
  expect(await ask(model, 'the last one')).toBe(200);
  expect([...embeddings.keys]).toEqual([`Bearer ${KEY}`]);
}, 200_000);

it('promotes a paraphrase, in base64; two workers ask about no text twice', async () => {
  embeddings.manner = 'base64';
  const before = embeddings.requests.length;
  const { model, rollout } = await onTrial(v2);
  const body = await askUntil(model, rollout, hasEnded);
  expect(body).toMatchObject({ state: 'succeeded' });
  const texts = embeddings.requests.slice(before).flat();
  expect(new Set(texts).size).toBe(texts.length);
  const { body: evidence } = await site.api.call('GET', `/rollouts/${rollout}/evidence`);
  const { shadow } = (evidence['items'] as Json[])[0] as Json;
  expect(shadow).toMatchObject({
    embedded: { compared: expect.any(Number) },
    embeddingDistanceMean: expect.any(Number),
  });
}, 200_000);

it('texts of megabytes, and a worker that is killed on the way and started again: callers get theirs, and pairs are measured', async () => {
  embeddings.manner = 'honest';
  const before = embeddings.requests.length;
  const { model, rollout } = await onTrial(
    (question) => `${v1(question)} ${'And it rests. '.repeat(400_000)}`,
  );
  const askedThenKilled = await eventually(
    async () => {
      expect(await ask(model, `question ${++questions}`)).toBe(200);
      return embeddings.requests.length;
    },
    (count) => count > before,
    60_000,
  );
  await second.kill('SIGKILL');
  second = await site.startWorker();
  const body = await askUntil(model, rollout, hasEnded);
  expect(embeddings.requests.length).toBeGreaterThan(askedThenKilled);
  expect(body).toMatchObject({ state: 'rolled_back' });
  expect(verdictOf(body)).toMatchObject({ verdict: 'fail', interval: { lower: expect.any(Number) } });
  const longest = Math.max(
    ...embeddings.requests
      .slice(before)
      .flat()
      .map((text) => text.length),
  );
  expect(longest).toBeLessThanOrEqual(8_000);
}, 200_000);

it('asks nothing about answers that are the same', async () => {
  const { model, rollout } = await onTrial(v1);
  const before = embeddings.requests.length;
  expect(await askUntil(model, rollout, hasEnded)).toMatchObject({ state: 'succeeded' });
  expect(embeddings.requests.length).toBe(before);
}, 200_000);

it.each<[EmbeddingsManner, string]>([
  ['refuses', 'http_400'],
  ['overloaded', 'http_503'],
  ['short', 'wrong_count'],
  ['one_index', 'wrong_index'],
  ['constant', 'same_vector'],
  ['zeros', 'zero_vector'],
  ['nulls', 'not_finite'],
  ['nan', 'not_finite'],
  ['at_once', 'http_429'],
])(
  'an endpoint that is %s proves nothing, and it is said why: %s',
  async (manner, reason) => {
    embeddings.manner = manner;
    const { model, rollout } = await onTrial(v2);
    const body = await askUntil(model, rollout, saysEverywhere(reason));
    expect(body).toMatchObject({ state: 'running', waitingFor: expect.stringContaining(reason) });
    expect(verdictOf(body)).toMatchObject({ verdict: 'no_data' });
    expect(
      (await site.api.call('POST', `/rollouts/${rollout}/abort`, { reason: 'seen' })).status,
    ).toBeLessThan(300);
  },
  200_000,
);
