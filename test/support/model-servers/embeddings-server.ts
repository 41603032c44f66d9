import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { json, startModelServer } from './model-server.ts';

/** How an embeddings endpoint behaves. */
export type EmbeddingsManner =
  | 'honest'
  /** The answers stand in another order, each with its index. */
  | 'shuffled'
  /** Asked for nothing of the kind, it answers in base64. */
  | 'base64'
  /** Refuses every request (400). */
  | 'refuses'
  /** Takes nothing for now (429 with Retry-After: 1). */
  | 'limited'
  | 'overloaded'
  /** Leaves one embedding out. */
  | 'short'
  /** All embeddings are of the first text. */
  | 'constant'
  /** Gives all embeddings the same index. */
  | 'one_index'
  | 'zeros'
  /** Python's `NaN`, which is no JSON. */
  | 'nan'
  /** 429, and may be asked again at once, it says. */
  | 'at_once'
  | 'nulls';

/** A small embeddings endpoint that speaks OpenAI's API. */
export interface TestEmbeddings {
  readonly url: string;
  /** The texts of each request. */
  readonly requests: readonly (readonly string[])[];
  /** The `authorization` headers that came. */
  readonly keys: ReadonlySet<string | undefined>;
  manner: EmbeddingsManner;
  stop(): Promise<void>;
}

const DIMENSIONS = 256;

/** The words of a text, each at a place and with a sign by its hash, pairs of words too: real vectors, near where words are shared. */
export function embeddingOf(text: string, dimensions = DIMENSIONS): number[] {
  const vector = new Array<number>(dimensions).fill(0);
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const pairs = words.slice(1).map((word, i) => `${words[i]} ${word}`);
  for (const [features, weight] of [
    [words, 1],
    [pairs, 0.3],
  ] as const)
    for (const feature of features) {
      const hash = createHash('sha256').update(feature).digest();
      const at = hash.readUInt32LE(0) % dimensions;
      vector[at] = (vector[at] ?? 0) + (hash[4] === undefined || hash[4] % 2 === 0 ? weight : -weight);
    }
  return vector;
}

export async function startEmbeddings(): Promise<TestEmbeddings> {
  const requests: (readonly string[])[] = [];
  const keys = new Set<string | undefined>();
  const server = await startModelServer((request, body, response) => {
    if (request.url !== '/v1/embeddings') return json(response, { error: 'no such place' }, 404);
    const { input, dimensions } = JSON.parse(body) as { input: string[]; dimensions?: number };
    keys.add(request.headers.authorization);
    requests.push(input);
    answer(response, input, dimensions ?? DIMENSIONS, embeddings.manner);
  });
  const embeddings: TestEmbeddings = {
    url: `${server.url}/v1`,
    requests,
    keys,
    manner: 'honest',
    stop: () => server.stop(),
  };
  return embeddings;
}

function answer(
  response: ServerResponse,
  input: readonly string[],
  dimensions: number,
  manner: EmbeddingsManner,
): void {
  if (manner === 'refuses') return json(response, { error: { message: 'too long' } }, 400);
  if (manner === 'overloaded') return json(response, { error: { message: 'busy' } }, 503);
  if (manner === 'at_once') {
    response.setHeader('retry-after', '0');
    return json(response, { error: { message: 'slow down' } }, 429);
  }
  if (manner === 'limited') {
    response.setHeader('retry-after', '1');
    return json(response, { error: { message: 'slow down' } }, 429);
  }
  const vectorOf = (text: string): number[] => embeddingOf(text, dimensions);
  const data = input.map((text, index) => {
    const vector = vectorOf(manner === 'constant' ? (input[0] ?? '') : text);
    return {
      object: 'embedding',
      index: manner === 'one_index' ? 0 : index,
      embedding:
        manner === 'base64'
          ? Buffer.from(Float32Array.from(vector).buffer).toString('base64')
          : manner === 'zeros'
            ? vector.map(() => 0)
            : manner === 'nulls'
              ? vector.map(() => null)
              : vector,
    };
  });
  if (manner === 'nan') {
    const text = JSON.stringify({ data }).replaceAll(/"embedding":\[[^,\]]*/g, '"embedding":[NaN');
    return void response.writeHead(200, { 'content-type': 'application/json' }).end(text);
  }
  if (manner === 'short') data.pop();
  if (manner === 'shuffled') data.reverse();
  json(response, {
    object: 'list',
    data,
    model: 'test-embeddings',
    usage: { prompt_tokens: 10 * input.length, total_tokens: 10 * input.length },
  });
}
