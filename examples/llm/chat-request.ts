import { tokenize } from './n-gram-model.ts';

/** A request of OpenAI's chat completions, as far as this server reads it. */
export interface ChatRequest {
  readonly prompt: string;
  readonly promptTokens: number;
  readonly stream: boolean;
  /** A stream ends with a chunk that has `usage`. */
  readonly includeUsage: boolean;
  readonly maxTokens: number;
  readonly seed: number;
  /** The function that is to be called instead of an answer in text; `null`: none. */
  readonly tool: string | null;
}

/** What a client may be told of its own mistake. */
export class BadRequest extends Error {
  constructor(
    readonly param: string,
    message: string,
  ) {
    super(message);
  }
}

const MOST_TOKENS = 512;

type Fields = Readonly<Record<string, unknown>>;
const asFields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

/** @throws BadRequest that names the field. Sampling settings but `seed` are accepted and change nothing. */
export function parseChatRequest(body: unknown): ChatRequest {
  const fields = asFields(body);
  const { messages, n = 1, stream = false, seed = 0 } = fields;
  if (!Array.isArray(messages) || messages.length === 0)
    throw new BadRequest('messages', 'messages: a list of at least one message is asked for');
  if (n !== 1) throw new BadRequest('n', 'n: this server gives one choice');
  if (typeof stream !== 'boolean') throw new BadRequest('stream', 'stream: true or false');
  if (!Number.isInteger(seed)) throw new BadRequest('seed', 'seed: a whole number');
  const maxTokens = fields['max_completion_tokens'] ?? fields['max_tokens'] ?? MOST_TOKENS;
  if (!Number.isInteger(maxTokens) || Number(maxTokens) < 1)
    throw new BadRequest('max_tokens', 'max_tokens: a whole number of at least 1');
  const texts = messages.map(textOf);
  return {
    prompt: texts.at(-1) ?? '',
    promptTokens: texts.reduce((sum, text) => sum + tokenize(text).length, 0),
    stream,
    includeUsage: asFields(fields['stream_options'])['include_usage'] === true,
    maxTokens: Math.min(Number(maxTokens), MOST_TOKENS),
    seed: Number(seed),
    tool: toolOf(fields),
  };
}

/** A message's text: as such, or of its parts. */
function textOf(message: unknown, at: number): string {
  const { role, content } = asFields(message);
  if (typeof role !== 'string') throw new BadRequest(`messages[${at}].role`, `messages[${at}]: no role`);
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part) => String(asFields(part)['text'] ?? '')).join('');
}

/** An n-gram model decides nothing: it calls a tool when the caller insists. */
function toolOf(fields: Fields): string | null {
  const choice = fields['tool_choice'];
  const named = asFields(asFields(choice)['function'])['name'];
  if (typeof named === 'string') return named;
  if (choice !== 'required' || !Array.isArray(fields['tools'])) return null;
  const first = asFields(asFields(fields['tools'][0])['function'])['name'];
  return typeof first === 'string' ? first : null;
}
