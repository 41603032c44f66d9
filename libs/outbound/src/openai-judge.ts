import { z } from 'zod';
import { type Judge, JudgeFailure } from '#libs/engine';
import { boundedText } from './bounded-text.ts';
import { retryAfterMs } from './event-sender.ts';

export interface JudgeEndpoint {
  /** The base URL; `/chat/completions` is added to its path. The operator's, so it may be anywhere. */
  readonly url: string;
  readonly model: string;
  /** Read anew for each request; `null`: none is sent. */
  readonly apiKey: () => Promise<string | null>;
  /** Further fields of the request. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly timeoutMs: number;
}

const LONGEST_ANSWER = 256 * 1024;
/** Where a server does not count tokens: English has about four characters in each. */
const CHARACTERS_OF_TOKEN = 4;

const count = z.number().min(0).max(1e9).nullish();
/** The answer of POST /chat/completions (https://platform.openai.com/docs/api-reference/chat/object). */
const completion = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string().nullish() }) })).min(1),
  usage: z.object({ prompt_tokens: count, completion_tokens: count }).nullish(),
});

/** Asks a language model by OpenAI's chat completions, without streaming. */
export function openaiJudge({ url, model, apiKey, parameters, timeoutMs }: JudgeEndpoint): Judge {
  const at = new URL(url);
  at.pathname = `${at.pathname.replace(/\/+$/, '')}/chat/completions`;
  return {
    identity: JSON.stringify([at.origin + at.pathname, model, parameters]),
    async ask(prompt) {
      const key = await apiKey().catch(() => {
        throw new JudgeFailure('no_api_key', 'JUDGE_API_KEY_FILE cannot be read');
      });
      const text = await post(at, timeoutMs, key, {
        ...parameters,
        model,
        messages: [{ role: 'user', content: prompt }],
      });
      const read = completion.safeParse(parsed(text));
      if (!read.success)
        throw new JudgeFailure('unreadable_reply', `${at.origin} does not answer as a chat completion`);
      const { choices, usage } = read.data;
      const reply = choices[0]?.message.content ?? '';
      const estimate = (what: string): number => Math.ceil(what.length / CHARACTERS_OF_TOKEN);
      return {
        text: reply,
        inputTokens: usage?.prompt_tokens ?? estimate(prompt),
        outputTokens: usage?.completion_tokens ?? estimate(reply),
      };
    },
  };
}

async function post(at: URL, timeoutMs: number, key: string | null, body: unknown): Promise<string> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(at, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify(body),
      signal,
      redirect: 'error',
    });
    const text = await boundedText(response, LONGEST_ANSWER);
    if (response.ok) return text;
    const wait = retryAfterMs(response.headers.get('retry-after'));
    throw new JudgeFailure(`http_${response.status}`, `${at.origin} answers ${response.status}`, wait);
  } catch (error) {
    if (error instanceof JudgeFailure) throw error;
    if (signal.aborted) throw new JudgeFailure('timeout', `${at.origin} has not answered in ${timeoutMs} ms`);
    throw new JudgeFailure('unreachable', `${at.origin} cannot be reached, or breaks off`);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
