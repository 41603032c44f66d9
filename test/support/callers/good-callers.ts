/** Callers who do nothing wrong, and check that each gets the answer to its own question. */
export interface GoodCallers {
  /** Right answers so far. */
  count(): number;
  /** What was wrong so far; the first few. */
  wrong(): readonly string[];
  stop(): Promise<{ readonly served: number; readonly wrong: readonly string[] }>;
}

const PATIENCE_MS = 10_000;
const MOST_NAMED = 5;
let questions = 0;

/**
 * Starts some that ask one question after the other, of a model that answers with the first characters of the body
 * as `body`.
 */
export function startGoodCallers(url: string, model: string, callers: number): GoodCallers {
  const wrong: string[] = [];
  let [served, stopped] = [0, false];
  const ask = async (): Promise<void> => {
    const question = `question ${++questions}`;
    try {
      const response = await fetch(`${url}/models/${model}/infer`, {
        method: 'POST',
        body: question,
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const text = await response.text();
      const mine = response.status === 200 && (JSON.parse(text) as { body: string }).body === question;
      if (mine) served++;
      else if (wrong.length < MOST_NAMED) wrong.push(`${question}: ${response.status} ${text.slice(0, 200)}`);
    } catch (error) {
      const { message, cause } = error as Error;
      if (wrong.length < MOST_NAMED) wrong.push(`${question}: ${message} ${String(cause ?? '')}`);
    }
  };
  const running = Array.from({ length: callers }, async () => {
    while (!stopped) {
      await ask();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });
  return {
    count: () => served,
    wrong: () => wrong,
    stop: async () => {
      stopped = true;
      await Promise.all(running);
      return { served, wrong };
    },
  };
}
