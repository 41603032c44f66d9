import { startModelServer, json } from './model-server.ts';

/** How a judge behaves. */
export type JudgeManner =
  /** Prefers the answer that ends with a full stop; of two such ones the first it reads, by bias. */
  | 'honest'
  /** Refuses every request (400). */
  | 'refuses'
  /** Is overloaded (503). */
  | 'overloaded'
  /** Says something, but no verdict. */
  | 'undecided';

/** A small judge that speaks OpenAI's chat completions. */
export interface TestJudge {
  readonly url: string;
  readonly prompts: readonly string[];
  /** The `authorization` headers that came. */
  readonly keys: ReadonlySet<string | undefined>;
  manner: JudgeManner;
  stop(): Promise<void>;
}

export async function startJudge(): Promise<TestJudge> {
  const prompts: string[] = [];
  const keys = new Set<string | undefined>();
  const server = await startModelServer((request, body, response) => {
    const asked = JSON.parse(body) as { model: string; messages: { content: string }[] };
    const prompt = asked.messages[0]?.content ?? '';
    keys.add(request.headers.authorization);
    if (request.url !== '/v1/chat/completions') return json(response, { error: 'no such place' }, 404);
    if (judge.manner === 'refuses') return json(response, { error: 'too long' }, 400);
    if (judge.manner === 'overloaded') return json(response, { error: 'busy' }, 503);
    prompts.push(prompt);
    const content = judge.manner === 'undecided' ? 'Both have merits.' : verdictOn(prompt);
    json(response, {
      object: 'chat.completion',
      model: asked.model,
      choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 100, completion_tokens: 4 },
    });
  });
  const judge: TestJudge = {
    url: `${server.url}/v1`,
    prompts,
    keys,
    manner: 'honest',
    stop: () => server.stop(),
  };
  return judge;
}

function verdictOn(prompt: string): string {
  const isWhole = (letter: string): boolean =>
    (new RegExp(`<answer_${letter}>\\n([^]*?)\\n</answer_${letter}>`).exec(prompt)?.[1] ?? '').endsWith('.');
  const [a, b] = [isWhole('A'), isWhole('B')];
  return a === b
    ? 'Both are alike, so I take the first. [[A]]'
    : `One of them breaks off. [[${a ? 'A' : 'B'}]]`;
}
