import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerChat, answerChunks, wholeAnswer } from './chat-answer.ts';
import { BadRequest, parseChatRequest } from './chat-request.ts';
import { trainNGramModel } from './n-gram-model.ts';
import { readJson } from './read-json.ts';
import type { Recipe } from './recipe.ts';

/** When a chunk of a stream may go out: chunk 0 has the role, 1 the first token. */
export type Pace = (chunk: number) => Promise<unknown>;

const paceOf =
  ({ pace }: Recipe): Pace =>
  (chunk) =>
    sleep(chunk === 0 ? pace.firstMs : pace.tokenMs);

/**
 * A model server that speaks OpenAI's chat completions, whole and as a stream; it does not listen yet.
 * @param text what the model is trained on
 * @param pace left out: by the recipe
 */
export function createChatServer(recipe: Recipe, text: string, pace: Pace = paceOf(recipe)): Server {
  const model = trainNGramModel(text, recipe.order);
  const complete = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = parseChatRequest(await readJson(request));
    const made = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1_000) };
    const answer = answerChat(model, recipe, asked, made);
    if (asked.stream) return stream(response, answerChunks(answer, asked.includeUsage), pace);
    for (let i = 0; i <= answer.tokens.length; i++) await pace(i);
    return send(response, 200, wholeAnswer(answer));
  };
  return createServer((request, response) => {
    const [path] = (request.url ?? '').split('?');
    const isGet = request.method === 'GET';
    if (isGet && (path === '/v2/health/ready' || path === '/health')) return send(response, 200, {});
    if (isGet && path === '/v1/models')
      return send(response, 200, { object: 'list', data: [{ id: recipe.name, object: 'model' }] });
    if (request.method !== 'POST' || path !== '/v1/chat/completions')
      return send(response, 404, mistake(`nothing at ${request.method} ${path}`, null));
    complete(request, response).catch((error: unknown) => {
      if (response.headersSent) return response.destroy();
      const status = error instanceof BadRequest ? 400 : 500;
      return send(response, status, mistake(String((error as Error).message), error));
    });
  });
}

/** Server-sent events, one for each chunk, then `[DONE]`. Ends when the caller leaves. */
async function stream(response: ServerResponse, chunks: readonly unknown[], pace: Pace): Promise<void> {
  for (const [i, chunk] of chunks.entries()) {
    await pace(i);
    if (response.destroyed) return;
    if (!response.headersSent)
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  }
  response.end('data: [DONE]\n\n');
}

/** An error as OpenAI's clients read it. */
const mistake = (message: string, error: unknown): unknown => ({
  error: {
    message,
    type: error instanceof BadRequest || error === null ? 'invalid_request_error' : 'server_error',
    param: error instanceof BadRequest ? error.param : null,
    code: null,
  },
});

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text);
}
