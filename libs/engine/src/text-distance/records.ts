import type { EmbeddedOutcome } from '#libs/stats';
import type { TextPairRecord } from '../pairwise-judge/records.ts';
import type { UnitVector } from './unit-vector.ts';

/** A pair that a worker has taken on to embed its texts. The request is not needed. */
export interface PairToEmbed extends Omit<TextPairRecord, 'request'> {
  /** Times that it was taken on, this one included. */
  readonly attempts: number;
}

/** What embedding may cost for each rollout. */
export interface EmbeddingLimits {
  readonly requests: number;
  /** Tokens that the money is enough for; `null`: no limit. */
  readonly tokens: number | null;
}

/** What was spent on a rollout. */
export interface EmbeddingSpending {
  readonly requests: number;
  readonly tokens: number;
}

/** What became of a pair in the end. */
export interface EmbeddedPair {
  readonly pair: PairToEmbed;
  readonly outcome: EmbeddedOutcome;
  /** 0 to 2, where it was compared, or need not be. */
  readonly distance: number | null;
  /** Where it failed. */
  readonly reason: string | null;
}

/** Of a text, by the hash of all that was asked. */
export interface KnownVector {
  readonly hash: string;
  readonly vector: UnitVector;
}
