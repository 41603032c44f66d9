import type { ChatRequest } from './chat-request.ts';
import { generate, type NGramModel, tokenize } from './n-gram-model.ts';
import type { Recipe } from './recipe.ts';

/** An answer before it is written out: whole, or chunk by chunk. */
export interface ChatAnswer {
  readonly id: string;
  readonly model: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** Pieces of the text, or of a tool's arguments. */
  readonly tokens: readonly string[];
  readonly tool: string | null;
  readonly finishReason: 'stop' | 'length' | 'tool_calls';
  readonly usage: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly total_tokens: number;
  };
}

/** @returns what the model says, by recipe; the same for the same request */
export function answerChat(
  model: NGramModel,
  recipe: Recipe,
  asked: ChatRequest,
  made: { readonly id: string; readonly created: number },
): ChatAnswer {
  const said =
    asked.tool === null
      ? tell(model, recipe, asked)
      : {
          tokens: tokenize(JSON.stringify({ about: asked.prompt })),
          finishReason: 'tool_calls' as const,
        };
  const { length } = said.tokens;
  return {
    ...made,
    ...said,
    model: recipe.name,
    tool: asked.tool,
    usage: {
      prompt_tokens: asked.promptTokens,
      completion_tokens: length,
      total_tokens: asked.promptTokens + length,
    },
  };
}

function tell(
  model: NGramModel,
  recipe: Recipe,
  asked: ChatRequest,
): Pick<ChatAnswer, 'tokens' | 'finishReason'> {
  const { prompt, maxTokens } = asked;
  const whole = generate(model, {
    prompt,
    maxTokens,
    seed: recipe.seed + asked.seed,
    sentences: recipe.sentences,
  });
  if (recipe.keeps >= 1) return whole;
  // The fault on purpose: it stops early, and says that it is done.
  return {
    tokens: whole.tokens.slice(0, Math.ceil(recipe.keeps * whole.tokens.length)),
    finishReason: 'stop',
  };
}

/** As one `chat.completion`. */
export function wholeAnswer(answer: ChatAnswer): unknown {
  const text = answer.tokens.join('');
  const message =
    answer.tool === null
      ? { role: 'assistant', content: text }
      : { role: 'assistant', content: null, tool_calls: [toolCall(answer, text)] };
  return {
    ...{ id: answer.id, object: 'chat.completion', created: answer.created, model: answer.model },
    choices: [{ index: 0, message, finish_reason: answer.finishReason, logprobs: null }],
    usage: answer.usage,
  };
}

/** As `chat.completion.chunk`s: the role, one for each token, why it ended, and the usage if it was asked for. */
export function answerChunks(answer: ChatAnswer, includeUsage: boolean): unknown[] {
  const { id, created, model } = answer;
  const chunk = (choices: readonly unknown[], usage?: unknown): unknown => ({
    ...{ id, object: 'chat.completion.chunk', created, model, choices },
    ...(includeUsage ? { usage: usage ?? null } : {}),
  });
  const delta = (value: unknown, finish_reason: string | null = null): unknown =>
    chunk([{ index: 0, delta: value, finish_reason, logprobs: null }]);
  const first =
    answer.tool === null
      ? { role: 'assistant', content: '' }
      : { role: 'assistant', content: null, tool_calls: [{ index: 0, ...toolCall(answer, '') }] };
  return [
    delta(first),
    ...answer.tokens.map((token) =>
      delta(
        answer.tool === null
          ? { content: token }
          : { tool_calls: [{ index: 0, function: { arguments: token } }] },
      ),
    ),
    delta({}, answer.finishReason),
    ...(includeUsage ? [chunk([], answer.usage)] : []),
  ];
}

const toolCall = (answer: ChatAnswer, text: string): Record<string, unknown> => ({
  id: `call_${answer.id.slice(-12)}`,
  type: 'function',
  function: { name: answer.tool, arguments: text },
});
