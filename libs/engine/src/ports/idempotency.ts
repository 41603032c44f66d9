/** What became of a claim on an Idempotency-Key. */
export type Claim =
  | { readonly kind: 'new' }
  | { readonly kind: 'in_flight' }
  | { readonly kind: 'other_request' }
  | { readonly kind: 'answered'; readonly status: number; readonly body: unknown };

/** Remembers the first answer to a request, so that repeating it repeats the answer. */
export interface IdempotencyStore {
  claim(tokenId: string, key: string, requestHash: string): Promise<Claim>;
  answer(tokenId: string, key: string, status: number, body: unknown): Promise<void>;
  /** The request failed and changed nothing: the key is free again. */
  release(tokenId: string, key: string): Promise<void>;
}
