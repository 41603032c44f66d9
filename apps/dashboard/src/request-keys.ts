import { useState } from 'react';
import { UnderstudyError } from '#libs/client';

/** Of a request that was carried out, and whose answer nobody has: who is told so decides anew. */
const ANSWER_LOST = 'idempotency_answer_lost';

/**
 * The Idempotency-Keys of a form. The same request has the same key until its answer is there: pressed again after an answer that was lost, it makes
 * nothing twice. What is edited is another request. A refusal keeps the key: the api lets go of it, and a refusal on the way (429) says nothing
 * of the try before.
 */
export class RequestKeys {
  private readonly keys = new Map<string, string>();

  constructor(private readonly make: () => string = randomKey) {}

  /** @param request all that is sent, as JSON holds it */
  async send<A>(request: unknown, send: (headers: Record<string, string>) => Promise<A>): Promise<A> {
    const text = JSON.stringify(request);
    const key = this.keys.get(text) ?? this.make();
    this.keys.set(text, key);
    try {
      const answer = await send({ 'idempotency-key': key });
      this.keys.delete(text);
      return answer;
    } catch (error) {
      if (error instanceof UnderstudyError && error.code === ANSWER_LOST) this.keys.delete(text);
      throw error;
    }
  }
}

export const useRequestKeys = (): RequestKeys => useState(() => new RequestKeys())[0];

/** Where there is no secure context there is no `randomUUID`. */
const randomKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
