import { agoMs, formatDuration, type Instant } from '#libs/kernel';
import type { DeploymentRecord } from '../ports/records.ts';
import { keepsCallers, takesCallers, type Readiness } from '#libs/traffic';

/** Probes in a row that must find a ready version not ready: one lost packet is no outage. */
export const MISSES_UNTIL_NOT_READY = 3;
/** A version that is on a route, or is about to be, is asked this often; one that a rollback would go to less often. */
export const PROBE_EVERY_MS = { route: 5_000, reach: 30_000 } as const;
const AFTER_MISS_MS = 1_000;
const FIRST_AGAIN_MS = 250;

/** What becomes of a deployment by a probe. */
export interface AfterProbe {
  /** What is to be recorded; `null`: it is as it is known. */
  readonly report: (Pick<DeploymentRecord, 'state' | 'message'> & { readonly readyPath?: string }) | null;
  readonly misses: number;
  /** When it is asked again, in ms; `null`: as usual. */
  readonly nextInMs: number | null;
}

/**
 * What one probe makes of a deployment that brings its serving URL. Pure. A ready one becomes `not_ready` at its third
 * miss in a row; one that was never ready is `starting`, and has failed when it is not ready within `readyMs`. Of several
 * replicas all must be ready at first, and half of them later.
 * @param isReport its address is not the one that is recorded: record it in any case
 */
export function afterProbe(
  known: Pick<DeploymentRecord, 'state' | 'message' | 'misses' | 'since' | 'readyPath'>,
  said: Readiness,
  {
    now,
    readyMs,
    isReport = false,
  }: { readonly now: Instant; readonly readyMs: number; readonly isReport?: boolean },
): AfterProbe {
  const becomes = (state: DeploymentRecord['state'], misses: number, nextInMs: number | null): AfterProbe => {
    const message = state === 'failed' ? lateBecause(said, readyMs) : said.because;
    const told = said.readyPath ?? known.readyPath;
    const isKnown =
      known.state === state && known.message === message && known.readyPath === told && !isReport;
    const report = { state, message, ...(told === null ? {} : { readyPath: told }) };
    return { report: isKnown ? null : report, misses, nextInMs };
  };
  const wasReady = known.state === 'ready' || known.state === 'not_ready';
  if (takesCallers(said) || (wasReady && keepsCallers(said))) return becomes('ready', 0, null);
  const misses = known.misses + 1;
  if (known.state === 'ready' && misses < MISSES_UNTIL_NOT_READY)
    return { report: null, misses, nextInMs: AFTER_MISS_MS };
  // Soon at first: most servers that start are ready within seconds.
  const soon = Math.min(PROBE_EVERY_MS.route, FIRST_AGAIN_MS * 2 ** Math.min(misses, 10));
  if (wasReady) return becomes('not_ready', misses, soon);
  // Of a start at a time still to come nobody knows how long it takes: it begins anew when its probe is claimed.
  const isLate = known.since !== null && (agoMs(known.since, now) ?? 0) > readyMs;
  return becomes(known.state === 'failed' || isLate ? 'failed' : 'starting', misses, soon);
}

/** A rollout ends by it, so it says which setting ended it. */
const lateBecause = ({ because }: Readiness, readyMs: number): string =>
  `not ready within ${formatDuration(readyMs)} (SERVING_READY_MS): ${because}`;
