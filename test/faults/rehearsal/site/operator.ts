import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = Record<string, any>;
export interface ApiAnswer {
  readonly status: number;
  readonly body: Json;
}

const PATIENCE_MS = 4_000;
const PAUSE_MS = 500;

/** The api said nothing, or "later", for longer than anything should take. */
export class Unanswered extends Error {}

/** No fault lasts as long, nor what follows from one. */
const LONGEST_MS = 150_000;

/** A person or a CI job with the admin's token: asks the api again until it answers, by the same idempotency key. */
export class Operator {
  /** What nobody should be answered: 5xx other than 503. */
  readonly oddAnswers: string[] = [];
  /** The last one that said "later". */
  private later = '';

  constructor(
    private readonly apiUrl: string,
    private readonly token: string,
    /** Ends what waits, with its reason. */
    private readonly signal: AbortSignal,
  ) {}

  /** One attempt. @returns `null`: no answer, or one that says "later" */
  async try(method: string, path: string, body?: unknown, key?: string): Promise<ApiAnswer | null> {
    const response = await fetch(`${this.apiUrl}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([this.signal, AbortSignal.timeout(PATIENCE_MS)]),
    }).catch(() => null);
    const text = response ? await response.text().catch(() => null) : null;
    if (!response || text === null) return null;
    const answer = { status: response.status, body: JSON.parse(text || '{}') as Json };
    const isLater = [429, 503].includes(answer.status) || answer.body['code'] === 'idempotency_in_flight';
    if (answer.status >= 500 && !isLater)
      this.oddAnswers.push(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`);
    if (isLater) this.later = `${answer.status} ${answer.body['code']}`;
    return isLater || answer.status >= 500 ? null : answer;
  }

  /** Until there is an answer that `holds`; refusals (4xx) are answers. */
  async until(
    method: string,
    path: string,
    body?: unknown,
    holds: (answer: ApiAnswer) => boolean = () => true,
  ): Promise<ApiAnswer> {
    const key = method === 'GET' ? undefined : randomUUID();
    for (const began = performance.now(); ;) {
      const answer = await this.try(method, path, body, key);
      if (answer && holds(answer)) return answer;
      if (performance.now() - began > LONGEST_MS)
        throw new Unanswered(
          `${method} ${path} for ${LONGEST_MS} ms; last: ${answer?.status ?? `no answer; the last that said "later": ${this.later}`}`,
        );
      await sleep(PAUSE_MS, undefined, { signal: this.signal });
    }
  }
}
