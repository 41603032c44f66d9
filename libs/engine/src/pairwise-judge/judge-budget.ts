import type { JudgeSpending } from './records.ts';

/** What judging may cost for each rollout. */
export interface JudgeLimits {
  readonly requests: number;
  /** In the currency of the prices; `null`: no limit. */
  readonly cost: number | null;
  /** Of a million tokens. */
  readonly inputPrice: number;
  readonly outputPrice: number;
}

/** A pair is asked about in both orders. */
export const REQUESTS_OF_PAIR = 2;
const MILLION = 1_000_000;

/** What so much has cost. */
export const costOf = (spent: JudgeSpending, { inputPrice, outputPrice }: JudgeLimits): number =>
  (spent.inputTokens * inputPrice + spent.outputTokens * outputPrice) / MILLION;

/**
 * How many more pairs of a rollout may be asked about. Cost is known afterwards only: the next pairs are taken to cost
 * what those so far have cost on average, and one is let through where nothing is known yet.
 */
export function affordablePairs(spent: JudgeSpending, limits: JudgeLimits): number {
  const byRequests = Math.floor((limits.requests - spent.requests) / REQUESTS_OF_PAIR);
  if (limits.cost === null) return Math.max(0, byRequests);
  const cost = costOf(spent, limits);
  if (cost === 0) return Math.max(0, Math.min(1, byRequests));
  const ofPair = (REQUESTS_OF_PAIR * cost) / Math.max(1, spent.requests);
  return Math.max(0, Math.min(byRequests, Math.floor((limits.cost - cost) / ofPair)));
}

const FIRST_PAUSE_MS = 1_000;
const MOST_PAUSE_MS = 60_000;
const MOST_RETRY_AFTER_MS = 10 * 60_000;

/**
 * How long a judge that does not answer is left alone: 1 s, 2 s, 4 s … a minute, or as long as it says itself, where that is longer: `Retry-After: 0`
 * is no leave to ask for ever.
 * @param failures in a row, 1 or more @param random 0 to 1, so that workers do not come back at the same moment
 */
export function judgePause(failures: number, retryAfterMs: number | null, random: number): number {
  const pause = Math.min(MOST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 10));
  const own = Math.round(pause * (0.75 + 0.5 * random));
  return Math.max(own, Math.min(MOST_RETRY_AFTER_MS, retryAfterMs ?? 0));
}
