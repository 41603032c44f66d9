/** When a gateway stops sending callers to a candidate by itself: so many of its last requests failed. */
export interface TripRule {
  readonly failures: number;
  readonly of: number;
}

/**
 * Of a policy that says nothing else. A candidate that fails 5 % of its requests by chance, as its primary
 * does, shows eight of ten once in a thousand million requests; five of ten it would show within some ten
 * thousand (ADR 9). Lesser harm is the gates' to find.
 */
export const DEFAULT_TRIP: TripRule = { failures: 8, of: 10 };

/** The last requests of a candidate, the newest last: `true` for one that failed. */
export type Recent = readonly boolean[];

/**
 * Adds the outcome of one request.
 * @param failed the candidate failed where the primary answered the very same request: when both
 * fail it is the request or the world, and not the candidate
 */
export const addOutcome = (recent: Recent, failed: boolean, rule: TripRule): Recent =>
  [...recent, failed].slice(-rule.of);

/** Has the candidate failed so hard that no more callers should meet it? */
export const isTripped = (recent: Recent, rule: TripRule): boolean =>
  recent.filter(Boolean).length >= rule.failures;
