import { z } from 'zod';
import {
  endpointMistakes,
  endpointUrl,
  type Mistake,
  number,
  parameters,
  price,
  wholeNumber,
} from './endpoint-settings.ts';

/** The embeddings endpoint: a model of the operator's by which texts are compared (`embedding_distance_mean`). */
export const embeddingsSettings = {
  /** The base URL of an API that speaks OpenAI's embeddings; unset: there is none. */
  EMBEDDINGS_URL: endpointUrl.optional(),
  EMBEDDINGS_MODEL: z.string().min(1).max(200).optional(),
  EMBEDDINGS_API_KEY: z.string().min(1).optional(),
  /** A file that holds the key, read anew for each request. */
  EMBEDDINGS_API_KEY_FILE: z.string().min(1).optional(),
  /** Numbers of each embedding; unset: as many as the model gives. */
  EMBEDDINGS_DIMENSIONS: wholeNumber.min(1).max(65_536).optional(),
  /** Further fields of each request, over the model, the texts and the dimensions. */
  EMBEDDINGS_PARAMETERS: parameters('{}'),
  /** Texts of one request; a pair has two. */
  EMBEDDINGS_BATCH: wholeNumber.min(2).max(256).default(32),
  /** Of a longer text its beginning and its end are embedded. */
  EMBEDDINGS_MAX_CHARACTERS: wholeNumber.min(100).max(8_000).default(8_000),
  EMBEDDINGS_TIMEOUT_MS: wholeNumber.min(100).max(120_000).default(30_000),
  /** Requests for each rollout. */
  EMBEDDINGS_MAX_REQUESTS: wholeNumber.min(0).max(100_000).default(1_000),
  /** For each rollout, in the currency of the price. */
  EMBEDDINGS_MAX_COST: number.gt(0, 'not above 0').optional(),
  /** Of a million tokens. */
  EMBEDDINGS_PRICE: price,
};

type Settings = z.output<z.ZodObject<typeof embeddingsSettings>>;

const MILLION = 1_000_000;

/** What is missing beside what is set, by name. */
export const embeddingsMistakes = (env: Settings): readonly Mistake[] => [
  ...endpointMistakes('EMBEDDINGS', {
    ...{ url: env.EMBEDDINGS_URL, model: env.EMBEDDINGS_MODEL },
    ...{ apiKey: env.EMBEDDINGS_API_KEY, apiKeyFile: env.EMBEDDINGS_API_KEY_FILE },
  }),
  ...(env.EMBEDDINGS_MAX_COST !== undefined && env.EMBEDDINGS_PRICE === 0
    ? [['EMBEDDINGS_PRICE', 'needed with EMBEDDINGS_MAX_COST'] as const]
    : []),
];

/** `null`: there is no endpoint. */
export const embeddingsConfig = (env: Settings) =>
  env.EMBEDDINGS_URL === undefined || env.EMBEDDINGS_MODEL === undefined
    ? null
    : {
        url: env.EMBEDDINGS_URL.replace(/\/+$/, ''),
        model: env.EMBEDDINGS_MODEL,
        apiKey: env.EMBEDDINGS_API_KEY ?? null,
        apiKeyFile: env.EMBEDDINGS_API_KEY_FILE ?? null,
        dimensions: env.EMBEDDINGS_DIMENSIONS ?? null,
        parameters: env.EMBEDDINGS_PARAMETERS,
        batch: env.EMBEDDINGS_BATCH,
        maxCharacters: env.EMBEDDINGS_MAX_CHARACTERS,
        timeoutMs: env.EMBEDDINGS_TIMEOUT_MS,
        limits: {
          requests: env.EMBEDDINGS_MAX_REQUESTS,
          /** Tokens that the money is enough for. */
          tokens:
            env.EMBEDDINGS_MAX_COST === undefined
              ? null
              : Math.floor((env.EMBEDDINGS_MAX_COST / env.EMBEDDINGS_PRICE) * MILLION),
        },
      };
