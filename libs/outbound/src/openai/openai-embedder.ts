import { z } from 'zod';
import { type Embedder, EndpointFailure } from '#libs/engine';
import { estimateTokens, type OpenaiEndpoint, placeIn, postJson } from './openai-post.ts';
import { readEmbeddings } from './read-embeddings.ts';

export interface EmbeddingsEndpoint extends OpenaiEndpoint {
  readonly model: string;
  /** Numbers that an embedding is to have; `null`: as many as the model gives. */
  readonly dimensions: number | null;
  /** Further fields of the request. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Texts of one request. */
  readonly batch: number;
  readonly maxCharacters: number;
}

/** For each text; the longest embeddings have some thousand numbers of some twenty characters. */
const LONGEST_OF_TEXT = 256 * 1024;

const count = z.number().min(0).max(1e9).nullish();
const usage = z.object({ usage: z.object({ prompt_tokens: count, total_tokens: count }) });

/** Embeds texts by OpenAI's embeddings API. */
export function openaiEmbedder({
  model,
  dimensions,
  parameters,
  batch,
  maxCharacters,
  ...endpoint
}: EmbeddingsEndpoint): Embedder {
  const at = placeIn(endpoint.url, 'embeddings');
  return {
    identity: JSON.stringify([at.origin + at.pathname, model, dimensions, parameters]),
    mostTexts: batch,
    mostCharacters: maxCharacters,
    async embed(texts) {
      const asked = {
        inputTokens: texts.reduce((sum, text) => sum + estimateTokens(text), 0),
        outputTokens: 0,
      };
      const { value } = await postJson({
        ...{ at, endpoint, asked, keySetting: 'EMBEDDINGS_API_KEY_FILE' },
        longest: LONGEST_OF_TEXT * texts.length,
        body: { ...parameters, model, ...(dimensions === null ? {} : { dimensions }), input: texts },
      });
      const said = usage.safeParse(value).data?.usage;
      const inputTokens = said?.prompt_tokens ?? said?.total_tokens ?? asked.inputTokens;
      const vectors = readEmbeddings(value, texts.length, dimensions);
      if (typeof vectors === 'string')
        throw new EndpointFailure(
          vectors,
          `${at.origin} does not answer with an embedding for each of ${texts.length} texts: ${vectors}`,
          null,
          { inputTokens, outputTokens: 0 },
        );
      return { vectors, inputTokens };
    },
  };
}
