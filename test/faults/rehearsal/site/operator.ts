import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = Record<string, any>;
export interface ApiAnswer {
  readonly status: number;
  readonly body: Json;
  /** Of `until`: why it was asked again. */
  readonly earlier?: readonly string[];
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

  constructor(
    private readonly apiUrl: string,
    private readonly token: string,
    /** Ends what waits, with its reason. */
    private readonly signal: AbortSignal,
  ) {}

  /** One attempt. @returns `null`: no answer, or one that says "later" */
  async try(method: string, path: string, body?: unknown, key?: string): Promise<ApiAnswer | null> {
    const answer = await this.attempt(method, path, body, key);
    return typeof answer === 'string' ? null : answer;
  }

  /** @returns in words where there is no answer, or one that says "later" */
  private async attempt(
    method: string,
    path: string,
    body?: unknown,
    key?: string,
  ): Promise<ApiAnswer | string> {
    const began = performance.now();
    const silent = (): string => `no answer in ${Math.round(performance.now() - began)} ms`;
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
    if (!response || text === null) return silent();
    const answer = { status: response.status, body: JSON.parse(text || '{}') as Json };
    const isLater = [429, 503].includes(answer.status) || answer.body['code'] === 'idempotency_in_flight';
    if (answer.status >= 500 && !isLater)
      this.oddAnswers.push(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`);
    return isLater || answer.status >= 500 ? `${answer.status} ${answer.body['code']}` : answer;
  }

  /** Until there is an answer that `holds`; refusals (4xx) are answers. */
  async until(
    method: string,
    path: string,
    body?: unknown,
    holds: (answer: ApiAnswer) => boolean = () => true,
  ): Promise<ApiAnswer> {
    const key = method === 'GET' ? undefined : randomUUID();
    const earlier: string[] = [];
    for (const began = performance.now(); ;) {
      const answer = await this.attempt(method, path, body, key);
      if (typeof answer === 'string') earlier.push(answer);
      else if (holds(answer)) return { ...answer, earlier };
      if (performance.now() - began > LONGEST_MS)
        throw new Unanswered(
          `${method} ${path} for ${LONGEST_MS} ms; last: ${typeof answer === 'string' ? answer : answer.status}`,
        );
      await sleep(PAUSE_MS, undefined, { signal: this.signal });
    }
  }
}
