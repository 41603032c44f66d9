import { z } from 'zod';

const number = z.coerce.number({ error: 'not a number' });
const price = number.min(0, 'less than nothing').default(0);

function parameters(text: string, context: z.RefinementCtx): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Readonly<Record<string, unknown>>;
  } catch {
    // the same mistake
  }
  context.addIssue({ code: 'custom', message: 'not a JSON object such as {"temperature":0}' });
  return z.NEVER;
}

/** The pairwise judge: a language model of the operator's that compares answers (`judge_win_rate`). */
export const judgeSettings = {
  /** The base URL of an API that speaks OpenAI's chat completions; unset: there is no judge. */
  JUDGE_URL: z
    .string()
    .refine(
      (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
      'not a URL that starts with http:// or https://',
    )
    .optional(),
  JUDGE_MODEL: z.string().min(1).max(200).optional(),
  JUDGE_API_KEY: z.string().min(1).optional(),
  /** A file that holds the key, read anew for each request. */
  JUDGE_API_KEY_FILE: z.string().min(1).optional(),
  /** Further fields of each request, over the model and the messages. */
  JUDGE_PARAMETERS: z.string().default('{"temperature":0}').transform(parameters),
  JUDGE_PROMPT_FILE: z.string().min(1).optional(),
  JUDGE_TIMEOUT_MS: number.int('not a whole number').min(100).max(120_000).default(60_000),
  /** Requests to the judge for each rollout; a pair takes two. */
  JUDGE_MAX_REQUESTS: number.int('not a whole number').min(0).max(10_000).default(1_000),
  /** For each rollout, in the currency of the prices. */
  JUDGE_MAX_COST: number.gt(0, 'not above 0').optional(),
  /** Of a million tokens. */
  JUDGE_INPUT_PRICE: price,
  JUDGE_OUTPUT_PRICE: price,
};

type Settings = z.output<z.ZodObject<typeof judgeSettings>>;

/** What is missing beside what is set, by name. */
export function judgeMistakes(env: Settings): readonly (readonly [name: string, detail: string])[] {
  const { JUDGE_URL, JUDGE_MODEL, JUDGE_API_KEY, JUDGE_API_KEY_FILE, JUDGE_MAX_COST } = env;
  const mistakes: (readonly [string, string])[] = [];
  if (JUDGE_URL !== undefined && JUDGE_MODEL === undefined)
    mistakes.push(['JUDGE_MODEL', 'needed with JUDGE_URL']);
  if (JUDGE_URL === undefined && JUDGE_MODEL !== undefined)
    mistakes.push(['JUDGE_URL', 'needed with JUDGE_MODEL']);
  if (JUDGE_API_KEY !== undefined && JUDGE_API_KEY_FILE !== undefined)
    mistakes.push(['JUDGE_API_KEY_FILE', 'give it or JUDGE_API_KEY, not both']);
  if (JUDGE_MAX_COST !== undefined && env.JUDGE_INPUT_PRICE === 0 && env.JUDGE_OUTPUT_PRICE === 0)
    mistakes.push(['JUDGE_INPUT_PRICE', 'it or JUDGE_OUTPUT_PRICE is needed with JUDGE_MAX_COST']);
  return mistakes;
}

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
