import type { LoggedRequest } from './logged-request.ts';

/** Of one Envoy worker: those whose request is still under way. */
const MOST = 10_000;

/** Attempts that have failed, until the log of their request comes, which is the next thing that the same worker says of it. */
export class FailedAttempts {
  private readonly first = new Map<string, LoggedRequest>();

  add(attempt: LoggedRequest): void {
    // The candidate is asked first.
    if (this.first.has(attempt.requestId)) return;
    const [oldest] = this.first.keys();
    if (this.first.size >= MOST && oldest !== undefined) this.first.delete(oldest);
    this.first.set(attempt.requestId, attempt);
  }

  take(requestId: string): LoggedRequest | null {
    const attempt = this.first.get(requestId) ?? null;
    this.first.delete(requestId);
    return attempt;
  }
}
