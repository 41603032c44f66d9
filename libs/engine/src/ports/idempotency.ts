/** What became of a claim on an Idempotency-Key. */
export type Claim =
  | { readonly kind: 'new' }
  | { readonly kind: 'in_flight' }
  | { readonly kind: 'other_request' }
  /** It was carried out, and its answer is lost: whoever had it is no more. */
  | { readonly kind: 'answer_lost' }
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
  /** These requests are still under way: who does not say so for a quarter of a minute is dead. */
  renew(claims: readonly KeyClaim[]): Promise<void>;
  answer(claim: KeyClaim, status: number, body: unknown): Promise<void>;
  /** The request was refused: the key is free again. `unlessKept`: it failed; where a transaction of it was committed the key stays taken. */
  release(claim: KeyClaim, how?: { readonly unlessKept: boolean }): Promise<void>;
}
