import { z } from 'zod';
import { EndpointFailure, type Judge, type Tokens } from '#libs/engine';
import { estimateTokens, type OpenaiEndpoint, placeIn, postJson } from './openai-post.ts';

export interface JudgeEndpoint extends OpenaiEndpoint {
  readonly model: string;
  /** Further fields of the request. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

const LONGEST_ANSWER = 256 * 1024;

const count = z.number().min(0).max(1e9).nullish();
/** The answer of POST /chat/completions (https://platform.openai.com/docs/api-reference/chat/object). */
const completion = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string().nullish() }) })).min(1),
});
/** Read by itself: an answer of no other use may still say what it has cost. */
const usage = z.object({ usage: z.object({ prompt_tokens: count, completion_tokens: count }) });

/** Asks a language model by OpenAI's chat completions, without streaming. */
export function openaiJudge({ model, parameters, ...endpoint }: JudgeEndpoint): Judge {
  const at = placeIn(endpoint.url, 'chat/completions');
  return {
    identity: JSON.stringify([at.origin + at.pathname, model, parameters]),
    async ask(prompt) {
      const asked: Tokens = { inputTokens: estimateTokens(prompt), outputTokens: 0 };
      const { value, text } = await postJson({
        ...{ at, endpoint, asked, keySetting: 'JUDGE_API_KEY_FILE', longest: LONGEST_ANSWER },
        body: { ...parameters, model, messages: [{ role: 'user', content: prompt }] },
      });
      const read = completion.safeParse(value);
      const said = usage.safeParse(value).data?.usage;
      const reply = read.data?.choices[0]?.message.content ?? '';
      const spent: Tokens = {
        inputTokens: said?.prompt_tokens ?? asked.inputTokens,
        outputTokens: said?.completion_tokens ?? estimateTokens(read.success ? reply : text),
      };
      if (!read.success)
        throw new EndpointFailure(
          'unreadable_reply',
          `${at.origin} does not answer as a chat completion`,
          null,
          spent,
        );
      return { text: reply, ...spent };
    },
  };
}
