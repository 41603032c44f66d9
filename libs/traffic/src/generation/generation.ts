import { isSequence } from '../payload/index.ts';
import { readUsage, type Usage } from './usage.ts';

/** What an answer of a generative model says of itself, as OpenTelemetry's conventions for generative AI ask for it. */
export interface Generation {
  readonly usage: Usage;
  /** The model that made it, in the server's words; `null`: it does not say. */
  readonly model: string | null;
  /** Why each of its choices ended, in the order of their numbers; empty: it does not say. */
  readonly finishReasons: readonly string[];
}

/** Of an answer with more choices the first ones are named. */
const MOST_CHOICES = 16;
/** Names and reasons are words; what is longer is somebody's text. */
const LONGEST_WORD = 128;

/**
 * Reads an answer of one of the APIs that `readUsage` knows, whole or as a list of events or lines. Pure.
 * @param answer the parsed JSON; of a long stream its first event and its last ones will do
 * @returns `null`: it says neither tokens nor why it ended, so it is no generation. `model` alone may be anybody's field
 */
export function readGeneration(answer: unknown): Generation | null {
  const usage = readUsage(answer);
  const events: readonly unknown[] = isSequence(answer) ? answer : [answer];
  const reasons = new Map<number, string>();
  let model: string | null = null;
  for (const event of events) {
    const one = asObject(event);
    if (one === null) continue;
    // Azure's first event names an empty one.
    model ??= modelOf(one);
    for (const [at, choice] of choicesOf(one).entries()) {
      const reason = word(choice['finish_reason']) ?? word(choice['finishReason']);
      const index = choice['index'];
      if (reason !== null) reasons.set(Number.isSafeInteger(index) ? (index as number) : at, reason);
    }
  }
  const { inputTokens, outputTokens, totalTokens, finishReason } = usage;
  const single = word(finishReason);
  const finishReasons =
    reasons.size > 0
      ? [...reasons.entries()].sort(([a], [b]) => a - b).map(([, reason]) => reason)
      : single === null
        ? []
        : [single];
  const saysNothing = inputTokens === null && outputTokens === null && totalTokens === null;
  if (saysNothing && finishReasons.length === 0) return null;
  return { usage, model, finishReasons: finishReasons.slice(0, MOST_CHOICES) };
}

type Fields = Readonly<Record<string, unknown>>;

/** OpenAI's responses wrap it, Anthropic wraps it in its first event, Gemini calls it a version. */
const modelOf = (one: Fields): string | null =>
  word(one['model']) ??
  word(asObject(one['response'])?.['model']) ??
  word(asObject(one['message'])?.['model']) ??
  word(one['modelVersion']);

function choicesOf(one: Fields): readonly Fields[] {
  const list = Array.isArray(one['choices']) ? one['choices'] : one['candidates'];
  return Array.isArray(list) ? list.map((choice: unknown) => asObject(choice) ?? {}) : [];
}

const word = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' && value.length <= LONGEST_WORD ? value : null;

const asObject = (value: unknown): Fields | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
