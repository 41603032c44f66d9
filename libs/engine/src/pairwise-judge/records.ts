import type { Judged } from '#libs/stats';

/** A request of a shadow with the texts of its two answers, as a gateway sends it. */
export interface TextPairRecord {
  readonly rolloutId: string;
  readonly revision: number;
  readonly requestId: string;
  /** What was asked, as it was sent; what a policy redacts is blacked out. */
  readonly request: string;
  readonly primary: string;
  readonly candidate: string;
  /** The two texts are the same as wholes; long ones are shortened above. */
  readonly identical: boolean;
}

/** A pair that a worker has taken on. */
export interface ClaimedPair extends TextPairRecord {
  /** Times that it was taken on, this one included. */
  readonly attempts: number;
}

/** What was spent on one pair, or on all pairs of a rollout. */
export interface JudgeSpending {
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What became of a pair in the end. */
export interface JudgedPair {
  readonly pair: ClaimedPair;
  readonly outcome: Judged;
  /** Where it failed. */
  readonly reason: string | null;
}

/** Which of two answers a judge prefers. */
export type Preference = 'first' | 'second' | 'tie';
