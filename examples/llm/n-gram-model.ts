import { createSeededRandom, hashText } from './seeded-random.ts';

/** A language model that has seen one text: which token follows the last `order` tokens, and how often. */
export interface NGramModel {
  readonly order: number;
  /** By the tokens of a context, its length 1 to `order`: what followed, as often as it did. */
  readonly followers: ReadonlyMap<string, readonly string[]>;
  /** First tokens of each fable, by its title. */
  readonly openings: readonly { readonly title: string; readonly tokens: readonly string[] }[];
}

export interface Generation {
  readonly prompt: string;
  /** The same seed and prompt give the same answer. */
  readonly seed: number;
  readonly maxTokens: number;
  /** The answer ends with so many sentences. */
  readonly sentences: number;
}

/** Why an answer ended, in OpenAI's words. */
export interface Generated {
  readonly tokens: readonly string[];
  readonly finishReason: 'stop' | 'length';
}

/** Follows the last token of each fable. */
export const END_OF_TEXT = '\u0000';

/** Splits a text into words and marks, each with the blank before it, so that they join to the text again. */
export const tokenize = (text: string): string[] =>
  text.replace(/\s+/g, ' ').match(/ ?[\w'-]+| ?[^\s\w]/g) ?? [];

/**
 * Counts which token follows which.
 * @param text fables: a title in a line that begins with `# `, then its paragraphs
 * @param order tokens that are looked back, 1 to 8
 */
export function trainNGramModel(text: string, order: number): NGramModel {
  const followers = new Map<string, string[]>();
  const openings = text
    .split(/^# /m)
    .slice(1)
    .map((fable) => {
      const [title = '', ...body] = fable.split('\n');
      const tokens = [...tokenize(body.join(' ').trim()), END_OF_TEXT];
      tokens.forEach((token, i) => {
        for (let n = 1; n <= Math.min(order, i); n++) {
          const context = tokens.slice(i - n, i).join('');
          followers.set(context, [...(followers.get(context) ?? []), token]);
        }
      });
      return { title, tokens: tokens.slice(0, order) };
    });
  return { order, followers, openings };
}

/** An answer: the opening of a fable that the prompt names, then token by token what the text has seen follow. Pure. */
export function generate(model: NGramModel, asked: Generation): Generated {
  const random = createSeededRandom(asked.seed ^ hashText(asked.prompt));
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const tokens = [...(pick(openingsFor(model, asked.prompt))?.tokens ?? [])].slice(0, asked.maxTokens);
  let sentences = tokens.filter(endsSentence).length;
  while (tokens.length < asked.maxTokens) {
    const next = pick(followersOf(model, tokens)) ?? END_OF_TEXT;
    if (next === END_OF_TEXT) return { tokens, finishReason: 'stop' };
    tokens.push(next);
    if (endsSentence(next)) sentences++;
    if (sentences >= asked.sentences) return { tokens, finishReason: 'stop' };
  }
  return { tokens, finishReason: 'length' };
}

/** What followed the longest context that the text has seen (back-off). */
function followersOf(model: NGramModel, tokens: readonly string[]): readonly string[] {
  for (let n = Math.min(model.order, tokens.length); n >= 1; n--) {
    const found = model.followers.get(tokens.slice(-n).join(''));
    if (found) return found;
  }
  return [];
}

/** Fables whose title shares a capitalized word with the prompt; all, where none does. */
function openingsFor(model: NGramModel, prompt: string): NGramModel['openings'] {
  const words = new Set(prompt.match(/[A-Z][a-z]{2,}/g) ?? []);
  const meant = model.openings.filter(({ title }) =>
    title.split(/\W+/).some((word) => word !== 'The' && words.has(word)),
  );
  return meant.length > 0 ? meant : model.openings;
}

const endsSentence = (token: string): boolean => /[.!?]$/.test(token);
