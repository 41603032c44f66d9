import type { Outcome, Reason } from '#libs/data-plane';
import type { EvidenceKey } from '#libs/envoy-config';
import { heldUntil, statusReason } from '#libs/traffic';
import type { LoggedRequest } from './logged-request.ts';

/** What an answer has to keep to, whichever arm it is of: as Envoy is told to keep it (`modelRoutes`). */
export interface LogBounds {
  /** To the last byte of an answer, of a stream to its first (`CANDIDATE_TIMEOUT_MS`). Milliseconds. */
  readonly answerMs: number;
  /** What is larger is in no arm. */
  readonly maxBufferedBytes: number;
}

type Judged = Pick<Outcome, 'failed' | 'reason' | 'latencyMs'>;

/** What one request says of its arm. */
export interface RequestJudgement {
  /** `null`: it was Envoy's own doing, or the caller's, and says nothing. */
  readonly outcome: Judged | null;
  /** Why the primary has answered in the candidate's stead, as far as it is known; `null`: it has not, or nobody knows. */
  readonly replaced: Reason | null;
}

const NOBODYS: RequestJudgement = { outcome: null, replaced: null };

/**
 * What a request says of its arm, by the rules of the gateway (`armOutcome`, `countAbandoned`) as far as a log can tell. A refusal (4xx) is a failure
 * in both arms, as where the gateway may ask nobody for a second opinion.
 * @param failed the candidate's attempt, where the primary was asked after it; `null`: there was none, or its log is missing
 */
export function judgeRequest(
  request: LoggedRequest,
  { candidate }: Pick<EvidenceKey, 'candidate'>,
  failed: LoggedRequest | null,
  bounds: LogBounds,
): RequestJudgement {
  const isReplaced =
    request.evidence?.arm === 'candidate' && request.version !== null && request.version !== candidate;
  if (!isReplaced) return { outcome: outcomeOf(request, bounds), replaced: null };
  // None of the candidate's servers could be asked: Envoy had taken them all out.
  if (request.attempts < 2) return { ...NOBODYS, replaced: 'unreachable' };
  if (failed === null) return { outcome: unseen(request, bounds), replaced: null };
  const outcome = outcomeOf(failed, bounds);
  return { outcome, replaced: outcome?.reason ?? 'over_limit' };
}

/** The candidate has failed, and how is not logged: until the primary was asked, so long it took about. */
function unseen({ sentMs, readMs }: LoggedRequest, { answerMs }: LogBounds): Judged {
  const latencyMs = Math.min(answerMs, Math.max(0, (sentMs ?? 0) - (readMs ?? 0)));
  return { failed: true, reason: undefined, latencyMs };
}

/** Limits of ours, callers that are no callers, and what has nobody to ask. */
const ENVOYS_OWN = [
  'upstream_overflow',
  'no_healthy_upstream',
  'no_route_found',
  'no_cluster_found',
  'dns_resolution_failure',
  'failed_local_healthcheck',
  'overload_manager',
  'rate_limited',
  'fault_injected',
  'downstream_protocol_error',
  'invalid_envoy_request_headers',
  'duration_timeout',
];
const CALLER_LEFT = ['downstream_connection_termination', 'downstream_remote_reset'];
const TIMED_OUT = ['upstream_request_timeout', 'upstream_max_stream_duration_reached', 'stream_idle_timeout'];
const CUT_OFF = ['upstream_connection_termination', 'upstream_remote_reset'];
/** Who leaves sooner has not waited for the answer. Milliseconds. */
const LEAST_WAIT_MS = 100;

function outcomeOf(request: LoggedRequest, { answerMs, maxBufferedBytes }: LogBounds): Judged | null {
  const { flags, status, sentMs, firstByteMs, lastByteMs, endMs, headers } = request;
  const has = (names: readonly string[]): boolean => names.some((name) => flags.has(name));
  if (has(ENVOYS_OWN)) return null;
  if (flags.has('upstream_connection_failure')) return { failed: true, reason: 'unreachable', latencyMs: 0 };
  const isLeft = has(CALLER_LEFT) && lastByteMs === null;
  if (sentMs === null) return isLeft ? abandoned(request, request.readMs) : null;
  const latencyMs = Math.max(0, (lastByteMs ?? endMs) - sentMs);
  const isStream = status > 0 && heldUntil(status, headers, lengthOf(headers)) !== 'whole';
  const boundedMs = isStream && firstByteMs !== null ? Math.max(0, firstByteMs - sentMs) : latencyMs;
  if (!isStream && request.bodyBytes > maxBufferedBytes) return null;
  if (boundedMs > answerMs) return { failed: true, reason: 'timeout', latencyMs: answerMs };
  // Of a stream that has begun nobody knows whether its caller has heard enough.
  if (isLeft) return isStream ? null : abandoned(request, sentMs);
  if (has(TIMED_OUT)) return { failed: true, reason: 'timeout', latencyMs };
  if (has(CUT_OFF)) return { failed: true, reason: 'cut_off', latencyMs };
  if (flags.has('upstream_protocol_error')) return { failed: true, reason: 'malformed', latencyMs };
  if (!request.isServers) return null;
  const reason = statusReason({ status, saysRetryLater: headers.includes('retry-after') });
  return { failed: reason !== null, reason: reason ?? undefined, latencyMs };
}

/** It has waited so long at least: its latency is censored here. */
function abandoned({ endMs }: LoggedRequest, since: number | null): Judged | null {
  const waitedMs = since === null ? 0 : endMs - since;
  return waitedMs < LEAST_WAIT_MS ? null : { failed: true, reason: 'abandoned', latencyMs: waitedMs };
}

/** @returns `null`: it does not say */
function lengthOf(headers: readonly string[]): number | null {
  const at = headers.indexOf('content-length');
  return at === -1 ? null : Number(headers[at + 1]);
}
