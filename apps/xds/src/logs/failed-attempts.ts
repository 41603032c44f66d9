import type { LoggedRequest } from './logged-request.ts';

/** Of one Envoy worker: those whose request is still under way. */
const MOST = 10_000;
/** Request ids are what callers write: a longer one is not kept, and its failure counts without a reason. */
const LONGEST_ID = 1_000;

/** Attempts that have failed, until the log of their request comes, which is the next thing that the same worker says of it. */
export class FailedAttempts {
  /** The newest of each version and request id: an id may be that of several requests after each other. */
  private readonly newest = new Map<string, LoggedRequest>();

  add(attempt: LoggedRequest): void {
    const { requestId, version } = attempt;
    if (version === null || requestId.length > LONGEST_ID) return;
    const key = keyOf(requestId, version);
    this.newest.delete(key);
    const [oldest] = this.newest.keys();
    if (this.newest.size >= MOST && oldest !== undefined) this.newest.delete(oldest);
    this.newest.set(key, attempt);
  }

  /** @param version that was asked, and failed */
  take(requestId: string, version: number): LoggedRequest | null {
    const key = keyOf(requestId, version);
    const attempt = this.newest.get(key) ?? null;
    this.newest.delete(key);
    return attempt;
  }
}

const keyOf = (requestId: string, version: number): string => `${version} ${requestId}`;
