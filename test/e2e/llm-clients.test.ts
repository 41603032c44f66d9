import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import type { Route } from '#libs/traffic';
import { createChatServer } from '../../examples/llm/chat-server.ts';
import { parseRecipe } from '../../examples/llm/recipe.ts';
import { type EvidenceSink, startEvidenceSink } from '../support/gateways/evidence-sink.ts';
import { eventually } from '../support/installation.ts';
import { Lockstep } from '../support/memory/lockstep.ts';
import { type LoneGateway, routeTo, startLoneGateway } from '../support/gateways/lone-gateway.ts';
import { pythonClients, STREAM_IN_LANGCHAIN, STREAM_IN_PYTHON } from '../support/callers/python-clients.ts';
import { readEvents } from '../support/callers/sse-reader.ts';

/** Clients as their makers ship them, through a real gateway. The model server says a token only when the client has read the one before. */
const text = readFileSync('examples/llm/fables.txt', 'utf8');
const recipe = (v: number) => parseRecipe(readFileSync(`examples/llm/models/storyteller-v${v}.json`, 'utf8'));

const python = pythonClients();
const withPython = python.missing === null ? it : it.skip;
if (python.missing !== null) process.stderr.write(`llm-clients: Python skipped, since ${python.missing}\n`);
/** A rollout's states, each the route that it has: who answers, by arm. */
const STATES = [
  'no rollout',
  'shadow',
  'canary: primary',
  'canary: candidate',
  'bake',
  'bake: held back',
] as const;
type State = (typeof STATES)[number];
const nameOf = (state: State): string => state.replace(/\W+/g, '-');
const rolloutOf = (state: State): string =>
  `00000000-0000-4000-8000-${String(STATES.indexOf(state)).padStart(12, '0')}`;
/** Where the two versions' answers come from; the copy's server needs no reader. */
function routeOf(state: State, urls: { readonly read: string; readonly copy: string }): Route {
  const name = nameOf(state);
  const rolloutId = state === 'no rollout' ? null : rolloutOf(state);
  const callers = { unit: { from: 'header' as const, name: 'x-understudy-unit' }, repeatable: true };
  const [read, copy] = [
    { version: 1, url: urls.read },
    { version: 2, url: urls.copy },
  ];
  switch (state) {
    case 'no rollout':
    case 'bake':
      return routeTo(name, urls.read, { rolloutId, callers });
    case 'shadow':
      return routeTo(name, urls.read, {
        rolloutId,
        callers,
        candidate: { ...copy, mode: 'shadow', weight: 10_000 },
      });
    case 'canary: primary':
      return routeTo(name, urls.read, {
        rolloutId,
        callers,
        candidate: { ...copy, mode: 'canary', weight: 0 },
      });
    case 'canary: candidate':
    case 'bake: held back':
      return routeTo(name, urls.copy, {
        rolloutId,
        callers,
        candidate: { ...read, mode: 'canary', weight: 10_000 },
      });
  }
}

const lockstep = new Lockstep();
const read = createChatServer(recipe(2), text, (chunk) =>
  // The first token follows its role at once: a candidate's role waits for it (ADR 60).
  lockstep.turn(chunk === 1 ? 0 : chunk),
);
const copy = createChatServer(recipe(1), text, async () => undefined);
let leftBehind = 0;
read.on('request', (_request, response) =>
  response.on('close', () => (leftBehind += response.writableFinished ? 0 : 1)),
);
let langChain: ReturnType<typeof startLangChain> | null = null;
let gateway: LoneGateway;
let sink: EvidenceSink;

beforeAll(async () => {
  sink = await startEvidenceSink();
  const [a, b] = await Promise.all(
    [read, copy].map(async (server) => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }),
  );
  const urls = { read: a ?? '', copy: b ?? '' };
  gateway = await startLoneGateway(
    STATES.map((state) => routeOf(state, urls)),
    { API_URL: sink.url },
  );
});
afterAll(async () => {
  lockstep.open();
  langChain?.stop();
  await gateway.stop();
  await sink.stop();
  for (const server of [read, copy]) {
    server.closeAllConnections();
    server.close();
  }
});
beforeEach(() => lockstep.begin());

const baseOf = (state: State): string => `${gateway.url}/models/${nameOf(state)}/v1`;
const ASKED = {
  model: 'storyteller',
  messages: [{ role: 'user' as const, content: 'Tell me of the Fox and the Crow' }],
  seed: 3,
  max_tokens: 30,
};
const STREAMED = { ...ASKED, stream: true as const, stream_options: { include_usage: true } };
const client = (state: State): OpenAI =>
  new OpenAI({ baseURL: baseOf(state), apiKey: 'none', maxRetries: 0 });
const armOf = (state: State): string =>
  state === 'canary: candidate' || state === 'bake: held back' ? 'candidate' : 'primary';

/** What any client must have heard, chunk by chunk. */
interface Heard {
  readonly pieces: readonly string[];
  readonly finishReasons: readonly string[];
  readonly usages: readonly number[];
}
function heardOf(chunks: readonly OpenAI.ChatCompletionChunk[]): Heard {
  return {
    pieces: chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').filter((piece) => piece !== ''),
    finishReasons: chunks.flatMap((chunk) => chunk.choices[0]?.finish_reason ?? []),
    usages: chunks.flatMap((chunk) => chunk.usage?.completion_tokens ?? []),
  };
}
/** Of LangChain. */
interface LangChainChunk {
  readonly content: string;
  readonly response_metadata: { readonly finish_reason?: string };
  readonly usage_metadata: { readonly output_tokens: number } | null;
}
/** Each chunk was read before the next was said: role, tokens, why it ended, usage. */
function expectStream(chunks: readonly OpenAI.ChatCompletionChunk[]): void {
  const { pieces, finishReasons, usages } = heardOf(chunks);
  expect(pieces.length).toBeGreaterThan(5);
  expect(chunks).toHaveLength(pieces.length + 3);
  expect(lockstep.turns).toBe(chunks.length);
  expect(usages).toEqual([pieces.length]);
  expect(finishReasons).toEqual([pieces.length === ASKED.max_tokens ? 'length' : 'stop']);
  expect(chunks.at(-1)?.choices).toEqual([]);
}

describe.each(STATES)('%s', (state) => {
  it("OpenAI's client for Node reads each token before the next is said, and the usage at the end", async () => {
    const { data, response } = await client(state).chat.completions.create(STREAMED).withResponse();
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of data) {
      chunks.push(chunk);
      lockstep.read();
    }
    if (state !== 'no rollout') expect(response.headers.get('x-understudy-arm')).toBe(armOf(state));
    expectStream(chunks);
  });

  it("OpenAI's client for Node reads a whole answer, and the call of a tool", async () => {
    lockstep.open();
    const whole = await client(state).chat.completions.create(ASKED);
    expect(whole.choices[0]?.message.content).toMatch(/^\S.*\S$/s);
    expect(whole.usage?.completion_tokens).toBeGreaterThan(5);
    const parameters = { type: 'object', properties: { about: { type: 'string' } } };
    const stream = client(state).chat.completions.stream({
      ...STREAMED,
      tools: [{ type: 'function', function: { name: 'find_fable', parameters } }],
      tool_choice: 'required',
    });
    const { message, finish_reason } = (await stream.finalChatCompletion()).choices[0] ?? {};
    expect(finish_reason).toBe('tool_calls');
    const [call] = message?.tool_calls ?? [];
    expect(call).toMatchObject({ type: 'function', function: { name: 'find_fable' } });
    if (call?.type === 'function')
      expect(JSON.parse(call.function.arguments)).toEqual({ about: 'Tell me of the Fox and the Crow' });
  });

  it('the model server hears it when a client leaves in the middle', async () => {
    const before = leftBehind;
    const stream = await client(state).chat.completions.create(STREAMED);
    let n = 0;
    for await (const _chunk of stream) {
      lockstep.read();
      if (++n === 4) break;
    }
    // It waits for its reader in the middle of its answer until then.
    await eventually(
      async () => leftBehind,
      (now) => now === before + 1,
      10_000,
    );
  });

  it('a plain reader of server-sent events reads each before the next is said', async () => {
    const response = await fetch(`${baseOf(state)}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify(STREAMED),
    });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const said: string[] = [];
    for await (const data of readEvents(response)) {
      said.push(data);
      lockstep.read();
    }
    expect(said.pop()).toBe('[DONE]');
    expectStream(said.map((data) => JSON.parse(data) as OpenAI.ChatCompletionChunk));
  });

  it('curl -N prints each event before the next is said', async () => {
    const body = JSON.stringify(STREAMED);
    const said = await linesOf(
      ...[
        'curl',
        '-sN',
        `${baseOf(state)}/chat/completions`,
        '-H',
        'content-type: application/json',
        '-d',
        body,
      ],
    );
    expect(said.pop()).toBe('data: [DONE]');
    expectStream(said.map((line) => JSON.parse(line.slice('data: '.length)) as OpenAI.ChatCompletionChunk));
  });

  withPython("OpenAI's client for Python reads each token before the next is said", async () => {
    const said = await linesOf(
      path.join(python.programs, 'python'),
      '-c',
      STREAM_IN_PYTHON,
      baseOf(state),
      JSON.stringify(STREAMED),
    );
    expectStream(said.map((line) => JSON.parse(line) as OpenAI.ChatCompletionChunk));
  });

  withPython(
    "LangChain's ChatOpenAI reads each token before the next is said, and the usage at the end",
    async () => {
      const chunks = await (langChain ??= startLangChain()).read(baseOf(state));
      // It closes by one of its own.
      expect(chunks.pop()).toMatchObject({ content: '', chunk_position: 'last' });
      const pieces = chunks.map(({ content }) => content).filter((piece) => piece !== '');
      expect(pieces.length).toBeGreaterThan(5);
      expect(chunks).toHaveLength(pieces.length + 3);
      expect(lockstep.turns).toBe(chunks.length);
      expect(chunks.flatMap(({ usage_metadata: usage }) => usage?.output_tokens ?? [])).toEqual([
        pieces.length,
      ]);
      expect(chunks.flatMap(({ response_metadata: { finish_reason } }) => finish_reason ?? [])).toEqual([
        pieces.length === ASKED.max_tokens ? 'length' : 'stop',
      ]);
    },
  );
});

it('all of it counts as answers without an error, with their times to the first token', async () => {
  const state: State = 'canary: candidate';
  const { errors, requests, sketches } = await eventually(
    async () => sink.tally(rolloutOf(state), 'candidate'),
    ({ sketches: { ttft } = {} }) => (ttft?.count ?? 0) >= 4,
    10_000,
  );
  expect(requests).toBeGreaterThanOrEqual(4);
  expect(errors).toBe(0);
  expect(sketches?.['inter_token']?.count).toBeGreaterThanOrEqual(3);
});

/** LangChain in a process of its own: reads a stream after the other. */
function startLangChain(): { read(base: string): Promise<LangChainChunk[]>; stop(): void } {
  const child = spawn(path.join(python.programs, 'python'), ['-c', STREAM_IN_LANGCHAIN]);
  let stderr = '';
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async read(base) {
      child.stdin.write(`${JSON.stringify([base, STREAMED])}\n`);
      const chunks: LangChainChunk[] = [];
      for (;;) {
        const { value, done } = await lines.next();
        if (done === true) throw new Error(`LangChain has ended: ${stderr}`);
        if (value === '') return chunks;
        chunks.push(JSON.parse(value) as LangChainChunk);
        lockstep.read();
      }
    },
    stop: () => void child.kill(),
  };
}

/** Runs a program whose every line (but empty ones) is a chunk that has been read. */
async function linesOf(program: string, ...args: string[]): Promise<string[]> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [rest, stderr] = ['', ''];
  const lines: string[] = [];
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  child.stdout.on('data', (bytes: Buffer) => {
    const parts = (rest + bytes.toString()).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts.filter((part) => part !== '')) {
      lines.push(line);
      lockstep.read();
    }
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return lines;
}
