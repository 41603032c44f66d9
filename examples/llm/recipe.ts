/** What a version's artifact says: how the model is trained, and how it answers. */
export interface Recipe {
  readonly name: string;
  /** Tokens that the model looks back. */
  readonly order: number;
  readonly seed: number;
  /** Sentences of an answer. */
  readonly sentences: number;
  /** Share of its answers that it says before it stops; below 1 it drops their end. */
  readonly keeps: number;
  /** Milliseconds to the first token, and from each to the next. */
  readonly pace: { readonly firstMs: number; readonly tokenMs: number };
}

/** @throws Error that names the field */
export function parseRecipe(text: string): Recipe {
  const value = JSON.parse(text) as Recipe;
  const within = (field: string, n: unknown, least: number, most: number): void => {
    if (typeof n === 'number' && n >= least && n <= most) return;
    throw new Error(`recipe: ${field} is ${JSON.stringify(n)}; use a number from ${least} to ${most}`);
  };
  if (typeof value.name !== 'string') throw new Error('recipe: name is missing; use a text');
  within('order', value.order, 1, 8);
  within('seed', value.seed, 0, 2 ** 31);
  within('sentences', value.sentences, 1, 20);
  within('keeps', value.keeps, 0.1, 1);
  within('pace.firstMs', value.pace?.firstMs, 0, 60_000);
  within('pace.tokenMs', value.pace?.tokenMs, 0, 60_000);
  return value;
}
