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

/** The pairwise judge: a language model of the operator's that compares answers (`judge_win_rate`). */
export const judgeSettings = {
  /** The base URL of an API that speaks OpenAI's chat completions; unset: there is no judge. */
  JUDGE_URL: endpointUrl.optional(),
  JUDGE_MODEL: z.string().min(1).max(200).optional(),
  JUDGE_API_KEY: z.string().min(1).optional(),
  /** A file that holds the key, read anew for each request. */
  JUDGE_API_KEY_FILE: z.string().min(1).optional(),
  /** Further fields of each request, over the model and the messages. */
  JUDGE_PARAMETERS: parameters('{"temperature":0}'),
  JUDGE_PROMPT_FILE: z.string().min(1).optional(),
  JUDGE_TIMEOUT_MS: wholeNumber.min(100).max(120_000).default(60_000),
  /** Requests to the judge for each rollout; a pair takes two. */
  JUDGE_MAX_REQUESTS: wholeNumber.min(0).max(10_000).default(1_000),
  /** For each rollout, in the currency of the prices. */
  JUDGE_MAX_COST: number.gt(0, 'not above 0').optional(),
  /** Of a million tokens. */
  JUDGE_INPUT_PRICE: price,
  JUDGE_OUTPUT_PRICE: price,
};

type Settings = z.output<z.ZodObject<typeof judgeSettings>>;

/** What is missing beside what is set, by name. */
export const judgeMistakes = (env: Settings): readonly Mistake[] => [
  ...endpointMistakes('JUDGE', {
    ...{ url: env.JUDGE_URL, model: env.JUDGE_MODEL },
    ...{ apiKey: env.JUDGE_API_KEY, apiKeyFile: env.JUDGE_API_KEY_FILE },
  }),
  ...(env.JUDGE_MAX_COST !== undefined && env.JUDGE_INPUT_PRICE === 0 && env.JUDGE_OUTPUT_PRICE === 0
    ? [['JUDGE_INPUT_PRICE', 'it or JUDGE_OUTPUT_PRICE is needed with JUDGE_MAX_COST'] as const]
    : []),
];

/** `null`: there is no judge. */
export const judgeConfig = (env: Settings) =>
  env.JUDGE_URL === undefined || env.JUDGE_MODEL === undefined
    ? null
    : {
        url: env.JUDGE_URL.replace(/\/+$/, ''),
        model: env.JUDGE_MODEL,
        apiKey: env.JUDGE_API_KEY ?? null,
        apiKeyFile: env.JUDGE_API_KEY_FILE ?? null,
        parameters: env.JUDGE_PARAMETERS,
        promptFile: env.JUDGE_PROMPT_FILE ?? null,
        timeoutMs: env.JUDGE_TIMEOUT_MS,
        limits: {
          requests: env.JUDGE_MAX_REQUESTS,
          cost: env.JUDGE_MAX_COST ?? null,
          inputPrice: env.JUDGE_INPUT_PRICE,
          outputPrice: env.JUDGE_OUTPUT_PRICE,
        },
      };
