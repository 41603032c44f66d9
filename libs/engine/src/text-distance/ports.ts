import type { TextPairRecord } from '../pairwise-judge/records.ts';
import type { Refused } from '../ports/records.ts';
import type {
  EmbeddedPair,
  EmbeddingLimits,
  EmbeddingSpending,
  KnownVector,
  PairToEmbed,
} from './records.ts';
import type { NoDirection, UnitVector } from './unit-vector.ts';

export interface EmbeddingPairStore {
  /**
   * Keeps pairs of live rollouts whose policy asks how far texts are apart, as long as few of their rollout wait. A repeat of
   * a request is left out.
   * @returns those that cannot be stored
   */
  keep(pairs: readonly TextPairRecord[]): Promise<readonly Refused<TextPairRecord>[]>;
  /**
   * Takes on pairs of one rollout that are due and were tried as often, the oldest first, for `leaseMs` of the database's clock: `most` of
   * new ones, fewer with each attempt, and one by itself at the last of `attempts`. So a text that an endpoint breaks on is found, and does not
   * cost the pairs around it their vectors.
   */
  claim(most: number, attempts: number, leaseMs: number): Promise<readonly PairToEmbed[]>;
  /** The claim goes on for so long from now. */
  renew(pairs: readonly PairToEmbed[], leaseMs: number): Promise<void>;
  /**
   * Books a request and its tokens, before it is made: a worker that dies has spent them.
   * @param tokens as estimated; 0 books nothing, and asks whether another request could be made
   * @returns `false`: the rollout's budget is used up, and nothing is booked
   */
  book(rolloutId: string, tokens: number, limits: EmbeddingLimits): Promise<boolean>;
  spent(rolloutId: string): Promise<EmbeddingSpending>;
  /** So many tokens more than were booked (or fewer: below 0). */
  correct(rolloutId: string, tokens: number): Promise<void>;
  /**
   * Notes what became of a pair, and deletes its texts.
   * @returns `false`: somebody else has, or the pair was taken on anew
   */
  settle(embedded: EmbeddedPair): Promise<boolean>;
  /** The pair waits for so long, and is taken on again. @returns as `settle` */
  again(pair: PairToEmbed, waitMs: number): Promise<boolean>;
  vectors(hashes: readonly string[]): Promise<readonly KnownVector[]>;
  noteVectors(vectors: readonly KnownVector[]): Promise<void>;
  forgetVectors(hashes: readonly string[]): Promise<void>;
  /** Deletes what waits for, and was noted of, rollouts that have ended. */
  dropEnded(): Promise<void>;
}

/** What the endpoint answered. */
export interface Embeddings {
  /** One for each text, in their order: its direction, or why it has none. */
  readonly vectors: readonly (UnitVector | NoDirection)[];
  readonly inputTokens: number;
}

/** Embeds texts by a model of the operator's. */
export interface Embedder {
  /**
   * @param texts at most `mostTexts`, each of at most `mostCharacters` and none empty
   * @throws EndpointFailure
   */
  embed(texts: readonly string[]): Promise<Embeddings>;
  /** The model and how it is asked: what was answered otherwise is no answer to this. */
  readonly identity: string;
  readonly mostTexts: number;
  readonly mostCharacters: number;
}
