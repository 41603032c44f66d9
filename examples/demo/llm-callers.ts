import { readFile } from 'node:fs/promises';
import OpenAI from 'openai';
import type { Ask } from './traffic.ts';

/** What all callers of the story heard, and the last answer of each version. */
export interface StorytellerSeen {
  answers: number;
  /** Answers that came in several pieces. */
  streamed: number;
  readonly last: Record<string, string>;
}

/** Words in a row that must stand in the book to count as its English. */
const RUN = 4;

/** The text that the model was trained on: what good English is, to it. */
export const readBook = (file: string): Promise<string> => readFile(file, 'utf8');

/** Titles of the fables. */
export const topicsOf = (book: string): string[] =>
  [...book.matchAll(/^# (.*)$/gm)].map(([, title = '']) => title);

/** Share of an answer's runs of four words that stand in the book. */
export function englishOf(answer: string, runs: ReadonlySet<string>): number {
  const said = runsOf(answer);
  return said.filter((run) => runs.has(run)).length / Math.max(1, said.length);
}

export function runsOf(text: string): string[] {
  const words = text.split(/\s+/).filter((word) => word !== '');
  return words.slice(RUN - 1).map((_, i) => words.slice(i, i + RUN).join(' '));
}

/** Callers with OpenAI's official client, as anyone has it: only its `baseURL` is the gateway's. */
export function askStoryteller(
  baseURL: string,
  topics: readonly string[],
  book: string,
  seen: StorytellerSeen,
): Ask {
  const client = new OpenAI({ baseURL, apiKey: 'none', maxRetries: 0 });
  const runs = new Set(runsOf(book));
  return async (n, unit) => {
    const { data, response } = await client.chat.completions
      .create(
        {
          model: 'storyteller',
          messages: [{ role: 'user', content: `Tell me of ${topics[n % topics.length] ?? 'the Fox'}` }],
          seed: n,
          stream: true,
          stream_options: { include_usage: true },
        },
        { headers: { 'x-understudy-unit': unit } },
      )
      .withResponse();
    let text = '';
    let pieces = 0;
    let tokens: number | null = null;
    for await (const chunk of data) {
      const piece = chunk.choices[0]?.delta.content ?? '';
      text += piece;
      if (piece !== '') pieces++;
      tokens = chunk.usage?.completion_tokens ?? tokens;
    }
    if (tokens === null) throw new Error('the stream ended without its usage');
    const version = response.headers.get('x-understudy-version') ?? 'none';
    seen.answers++;
    if (pieces > 1) seen.streamed++;
    seen.last[version] = text;
    return { version, score: englishOf(text, runs) };
  };
}
