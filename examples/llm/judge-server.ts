import { createServer, type Server } from 'node:http';
import { readJson } from './read-json.ts';
import { parseChatRequest } from './chat-request.ts';
import { trainNGramModel, tokenize } from './n-gram-model.ts';
import { preferText } from './text-judge.ts';

const ORDER = 4;
const VERDICTS = { A: '[[A]]', B: '[[B]]', tie: '[[C]]' } as const;

/**
 * A judge of two stories that speaks OpenAI's chat completions, for the demo; it does not listen yet. It reads Understudy's default
 * prompt: the answers stand in `<answer_A>` and `<answer_B>`.
 * @param text what a good story looks like
 */
export function createJudgeServer(text: string): Server {
  const model = trainNGramModel(text, ORDER);
  return createServer((request, response) => {
    void readJson(request)
      .then((body) => {
        const { prompt, promptTokens } = parseChatRequest(body);
        const verdict = VERDICTS[preferText(model, answerIn(prompt, 'A'), answerIn(prompt, 'B'))];
        return {
          status: 200,
          body: {
            object: 'chat.completion',
            model: 'storyteller-judge',
            choices: [{ index: 0, message: { role: 'assistant', content: verdict }, finish_reason: 'stop' }],
            usage: { prompt_tokens: promptTokens, completion_tokens: tokenize(verdict).length },
          },
        };
      })
      .catch((error: unknown) => ({ status: 400, body: { error: { message: (error as Error).message } } }))
      .then(({ status, body }) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
      );
  });
}

/** @throws Error where the prompt has no such answer */
function answerIn(prompt: string, letter: 'A' | 'B'): string {
  const found = new RegExp(`<answer_${letter}>\\n([^]*?)\\n</answer_${letter}>`).exec(prompt);
  if (found?.[1] === undefined) throw new Error(`the prompt has no <answer_${letter}>`);
  return found[1];
}
