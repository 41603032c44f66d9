import type { Tokens } from '../ports/endpoint-failure.ts';
import type { Refused } from '../ports/records.ts';
import type { ClaimedPair, JudgedPair, JudgeSpending, Preference, TextPairRecord } from './records.ts';

/** A rollout with pairs that wait, and what was spent on its pairs so far. */
export interface RolloutSpending extends JudgeSpending {
  readonly rolloutId: string;
}

export interface TextPairStore {
  /**
   * Keeps pairs of live rollouts, as long as few of their rollout wait: so the sample goes on for as long as the judge
   * does. A repeat of a request is left out.
   * @returns those that cannot be stored
   */
  keep(pairs: readonly TextPairRecord[]): Promise<readonly Refused<TextPairRecord>[]>;
  /** The rollouts with pairs that are due. Until the transaction ends no other worker asks this. */
  spent(): Promise<readonly RolloutSpending[]>;
  /**
   * Takes on pairs of a rollout that are due, the oldest first, for `leaseMs`. Two requests are booked for each: a
   * worker that dies has spent them.
   */
  claim(rolloutId: string, most: number, leaseMs: number): Promise<readonly ClaimedPair[]>;
  /**
   * Notes what became of a pair, and deletes its texts.
   * @returns `false`: somebody else has, or the pair was taken on anew
   */
  settle(judged: JudgedPair, spent: JudgeSpending): Promise<boolean>;
  /** The pair waits for so long, and is taken on again. */
  again(pair: ClaimedPair, spent: JudgeSpending, waitMs: number): Promise<void>;
  /** What the judge said when it was asked the very same; `null`: it was not, or long ago. */
  answer(hash: string): Promise<Preference | null>;
  noteAnswer(hash: string, prefers: Preference): Promise<void>;
  /** Deletes the pairs that wait for rollouts that have ended. */
  dropEnded(): Promise<void>;
}

/** What a judge said, in its own words. */
export interface JudgeReply extends Tokens {
  readonly text: string;
}

/** Asks a language model one question. @throws EndpointFailure */
export interface Judge {
  ask(prompt: string): Promise<JudgeReply>;
  /** The model and how it is asked: what was answered otherwise is no answer to this. */
  readonly identity: string;
}
