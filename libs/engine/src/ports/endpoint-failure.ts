/** Tokens that a model has read and written. */
export interface Tokens {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

const NO_TOKENS: Tokens = { inputTokens: 0, outputTokens: 0 };

/** A model of the operator's (the pairwise judge, the embeddings endpoint) gave no answer that can be used. */
export class EndpointFailure extends Error {
  /**
   * @param code short, for counting: `unreachable`, `timeout`, `http_503`, `unreadable_reply`
   * @param retryAfterMs as it says itself
   * @param spent what the reply has cost all the same: one that cannot be used was paid for
   */
  constructor(
    readonly code: string,
    message: string,
    readonly retryAfterMs: number | null = null,
    readonly spent: Tokens = NO_TOKENS,
  ) {
    super(message);
  }
}
