import type { Usage } from './usage.ts';

/** What a million tokens cost, each in one currency of the operator's choice; 0 or more. */
export interface TokenPrices {
  readonly input: number;
  readonly output: number;
  /** Of input that the server had in its prompt cache. Left out: as any input. */
  readonly cachedInput?: number | undefined;
}

/** What the tokens of a model cost. */
export interface ModelPrices {
  /** Of versions that have no prices of their own; `null`: they have none. */
  readonly usual: TokenPrices | null;
  /** By version number: a version may run on another machine, or behind another API. */
  readonly versions: Readonly<Record<string, TokenPrices>>;
}

/** The prices of one version; `null`: nobody has said them. */
export const pricesOf = (prices: ModelPrices | null, version: number): TokenPrices | null =>
  prices === null ? null : (ownPrices(prices, version) ?? prices.usual);

const ownPrices = ({ versions }: ModelPrices, version: number): TokenPrices | undefined =>
  Object.hasOwn(versions, String(version)) ? versions[String(version)] : undefined;

const MILLION = 1_000_000;

/**
 * What an answer has cost, in the currency of the prices; `null`: it does not say its tokens. Tokens that cost nothing need
 * not be said.
 */
export function costOfAnswer(
  usage: Usage,
  { input, output, cachedInput = input }: TokenPrices,
): number | null {
  const { inputTokens, cachedInputTokens, totalTokens } = usage;
  // Embeddings have no output, and say so by their total only.
  const outputTokens = usage.outputTokens ?? (inputTokens !== null && totalTokens === inputTokens ? 0 : null);
  if (outputTokens === null && output > 0) return null;
  if (inputTokens === null && (input > 0 || cachedInput > 0)) return null;
  const cached = Math.min(cachedInputTokens ?? 0, inputTokens ?? 0);
  const ofInput = ((inputTokens ?? 0) - cached) * input + cached * cachedInput;
  return (ofInput + (outputTokens ?? 0) * output) / MILLION;
}
