import { writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Json } from '../support/api.ts';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { startJudge, type TestJudge } from '../support/model-servers/judge-server.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/**
 * Language models whose answers hardly ever have the same words, judged by a language model: through the real gateway,
 * api and worker, and a judge of the test's own over HTTP.
 */
const KEY = 'sk-of-this-test';
const keyFile = path.join(tmpdir(), `judge-key-${process.pid}`);
let site: Installation;
let judge: TestJudge;
const servers: TestModelServer[] = [];
beforeAll(async () => {
  judge = await startJudge();
  await writeFile(keyFile, `${KEY}\n`);
  site = await startInstallation({
    JUDGE_URL: judge.url,
    JUDGE_MODEL: 'small-judge',
    JUDGE_API_KEY_FILE: keyFile,
    JUDGE_MAX_REQUESTS: '600',
  });
});
beforeEach(() => {
  judge.manner = 'honest';
});
afterAll(async () => {
  await site.close();
  await judge.stop();
  await Promise.all(servers.map((server) => server.stop()));
});

/** A model that answers chat completions, also word by word. */
async function serve(answer: (question: string) => string): Promise<string> {
  const server = await startModelServer((_request, body, response) => {
    const { messages = [], stream = false } = JSON.parse(body || '{}') as {
      messages?: { content: string }[];
      stream?: boolean;
    };
    if (stream) return writeStream(answer(messages[0]?.content ?? ''), response);
    const message = { role: 'assistant', content: answer(messages[0]?.content ?? '') };
    json(response, { object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'stop' }] });
  });
  servers.push(server);
  return server.url;
}

function writeStream(text: string, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const deltas = [{ role: 'assistant' }, ...text.split(/(?= )/).map((content) => ({ content })), {}];
  for (const delta of deltas)
    response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`);
  response.end('data: [DONE]\n\n');
}

/** Without its last words. */
const cutOff = (text: string): string => text.split(' ').slice(0, -2).join(' ');
const v1 = (question: string): string => `You ask about ${question}. It is done in two steps and a third.`;
/** Other words, as good. */
const v2 = (question: string): string => `As to ${question}: three steps do it, one after the other.`;
const v3 = (question: string): string => cutOff(v1(question));

let models = 0;
async function onTrial(
  candidate: (question: string) => string,
  outputSpec: unknown = { preset: 'openai', kind: 'text', similarity: 0.2 },
): Promise<{ model: string; rollout: string }> {
  const model = `writer-${++models}`;
  const common = { createModel: true, outputSpec };
  const register = async (url: string, rollout: unknown) =>
    site.api.call('POST', `/models/${model}/versions`, { ...common, servingUrl: url, rollout });
  expect((await register(await serve(v1), true)).status).toBe(201);
  await eventually(
    () => ask(model, 'bread'),
    (status) => status === 200,
  );
  const policy = {
    name: 'by-judge',
    steps: [{ shadow: { sample: '100%', minRequests: 20, maxDuration: '1h' } }],
    gates: [{ metric: 'judge_win_rate', min: 0.4 }],
  };
  const { body } = await register(await serve(candidate), { policy });
  expect(body['errors'] ?? []).toEqual([]);
  return { model, rollout: body['rollout'].id as string };
}

async function ask(model: string, question: string, stream = false): Promise<number> {
  const response = await fetch(`${site.gatewayUrl}/models/${model}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: question }] }),
  });
  await response.arrayBuffer();
  return response.status;
}

let questions = 0;
/** Asks on, gently, until the rollout is as it is waited for. */
const askUntil = (
  model: string,
  rollout: string,
  holds: (body: Json) => boolean,
  stream = false,
): Promise<Json> =>
  eventually(
    async () => {
      for (let i = 0; i < 10; i++) await ask(model, `question ${++questions}`, stream);
      return (await site.api.call('GET', `/rollouts/${rollout}`)).body;
    },
    holds,
    150_000,
  );
const verdictOf = (body: Json): Json | undefined =>
  (body['verdicts'] as Json[] | undefined)?.find((one) => one['gate'] === 'judge_win_rate');
const hasEnded = (body: Json): boolean => body['state'] !== 'running' && body['state'] !== 'pending';

it('rolls back a version that drops the end of its answers, and shows the interval', async () => {
  // Both of the first pairs' requests come back with 503: they are asked again.
  judge.manner = 'overloaded';
  const { model, rollout } = await onTrial(v3);
  setTimeout(() => (judge.manner = 'honest'), 3_000);
  const body = await askUntil(model, rollout, hasEnded);
  expect(body).toMatchObject({ state: 'rolled_back' });
  const verdict = verdictOf(body);
  expect(verdict).toMatchObject({ verdict: 'fail', margin: 0.4, interval: { upper: expect.any(Number) } });
  expect(verdict?.['interval']['upper']).toBeLessThanOrEqual(0.4);
  expect(verdict?.['because']).toContain('lost');
  expect(await ask(model, 'the last one')).toBe(200);
  // Blind, in both orders, by the operator's key.
  expect([...judge.keys]).toEqual([`Bearer ${KEY}`]);
  const shown = judge.prompts.map((prompt) => prompt.slice(prompt.indexOf('<answer_A>')));
  expect(shown.filter((one) => /<answer_A>\nYou ask[^<]*\.\n<\/answer_A>/.test(one)).length).toBeGreaterThan(
    0,
  );
  expect(shown.filter((one) => /<answer_B>\nYou ask[^<]*\.\n<\/answer_B>/.test(one)).length).toBeGreaterThan(
    0,
  );
  expect(judge.prompts.join()).not.toMatch(/candidate|primary|writer-\d+:/);
  expect(new Set(judge.prompts).size).toBe(judge.prompts.length);
}, 120_000);

it('puts streams together: one that ends too early is rolled back, in whatever pieces it comes', async () => {
  const spec = { kind: 'text', path: '$[*].choices[0].delta.content', similarity: 0.2 };
  const { model, rollout } = await onTrial(v3, spec);
  const body = await askUntil(model, rollout, hasEnded, true);
  expect(body).toMatchObject({ state: 'rolled_back' });
  expect(verdictOf(body)).toMatchObject({ verdict: 'fail', margin: 0.4 });
});

it('promotes one that writes other words, as good: a preference that flips with the order is a tie', async () => {
  const before = judge.prompts.length;
  const { model, rollout } = await onTrial(v2);
  const body = await askUntil(model, rollout, hasEnded);
  expect(body).toMatchObject({ state: 'succeeded' });
  expect(judge.prompts.length - before).toBeGreaterThan(2);
  expect(judge.prompts.length - before).toBeLessThanOrEqual(600);
});

it('asks nothing about answers that are the same: they are ties', async () => {
  const { model, rollout } = await onTrial(v1);
  expect(await askUntil(model, rollout, hasEnded)).toMatchObject({ state: 'succeeded' });
  // Of the rollout before some may still come in.
  expect(judge.prompts.filter((prompt) => prompt.includes(`"${model}"`))).toEqual([]);
});

it.each<['refuses' | 'undecided', string]>([
  ['refuses', 'http_400'],
  ['undecided', 'unreadable_reply'],
])(
  'a judge that %s proves nothing, and it is said why: %s',
  async (manner, reason) => {
    judge.manner = manner;
    const { model, rollout } = await onTrial(v2);
    const body = await askUntil(model, rollout, (one) =>
      String(verdictOf(one)?.['because']).includes(reason),
    );
    expect(body).toMatchObject({ state: 'running' });
    expect(verdictOf(body)).toMatchObject({ verdict: 'no_data' });
  },
  120_000,
);
