/** To set up a connection, where another serving URL can be tried after it: half of the time that there is, and no more than this. */
const ATTEMPT_MS = 2_000;

/** What is wrong with a connection's time: it is not set up, no answer comes, or it has been idle (or there) for too long. */
export type Lateness =
  | { readonly kind: 'unconnected' }
  | { readonly kind: 'silent' }
  /** For so long it should have been closed. */
  | { readonly kind: 'unused'; readonly overMs: number };

/** Of a connection (`Connection`): times in ms, on the process's clock. */
interface Timed {
  /** When something last happened. */
  readonly activeAt: number;
  readonly isConnected: boolean;
  readonly isBusy: boolean;
  /** We read nothing now, for a caller that is slower than the model server. */
  readonly isHeldUp: boolean;
  /** The next byte of the request is the caller's to send. */
  readonly awaitsCaller: boolean;
  readonly keepIdleMs: number;
  readonly until: number;
}

/**
 * Why a connection is to end; `null`: it is in time. Pure.
 * @param now on the process's clock
 * @param limits `others`: are there further serving URLs to try?
 */
export function latenessOf(
  connection: Timed,
  now: number,
  limits: { readonly timeoutMs: number; readonly connectMs: number; readonly others: boolean },
): Lateness | null {
  const { timeoutMs, connectMs, others } = limits;
  const still = now - connection.activeAt;
  if (!connection.isConnected)
    return still <= (others ? Math.min(connectMs / 2, ATTEMPT_MS) : connectMs)
      ? null
      : { kind: 'unconnected' };
  if (connection.isBusy) {
    // Who waits for a caller, to send or to read, is not late.
    const isLate = still > timeoutMs && !connection.isHeldUp && !connection.awaitsCaller;
    return isLate ? { kind: 'silent' } : null;
  }
  const overMs = Math.max(still - connection.keepIdleMs, now - connection.until);
  return overMs <= 0 ? null : { kind: 'unused', overMs };
}

/** Subtracted from what a server says that it keeps idle connections, so that ours ends first (RFC 9112 §9.3). */
const MARGIN_MS = 1_000;

/** How long a connection may be idle. @param said how many seconds its server keeps it; `null`: it has not said */
export const idleLimit = (keepIdleMs: number, said: number | null): number =>
  said === null ? keepIdleMs : Math.min(keepIdleMs, Math.max(0, said * 1_000 - MARGIN_MS));
