/** What became of a claim on an Idempotency-Key. */
export type Claim =
  | { readonly kind: 'new' }
  | { readonly kind: 'in_flight' }
  | { readonly kind: 'other_request' }
  | { readonly kind: 'answered'; readonly status: number; readonly body: unknown };

/** One attempt to claim a key. */
export interface KeyClaim {
  readonly tokenId: string;
  readonly key: string;
  /** A UUID of this attempt alone: it finds itself again, and touches no other's claim. */
  readonly attempt: string;
}

/** Remembers the first answer to a request, so that repeating it repeats the answer. All of it may be repeated. */
export interface IdempotencyStore {
  claim(claim: KeyClaim, requestHash: string): Promise<Claim>;
  answer(claim: KeyClaim, status: number, body: unknown): Promise<void>;
  /** The request failed and changed nothing: the key is free again. */
  release(claim: KeyClaim): Promise<void>;
}
