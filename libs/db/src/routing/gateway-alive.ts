/**
 * SQL: it lies no farther ahead of the clock than `secs`. What a gateway that has died said before a clock was set back must not count as heard
 * until the clock is there again; those that live say so anew every 2 s.
 */
export const NOT_AHEAD = (seenAt: string, secs: string): string =>
  `${seenAt} < clock_timestamp() + make_interval(secs => ${secs})`;

/** SQL: of a gateway that only brings what others have counted. It is never alive, so that nobody waits for it. A time that every reader can read. */
export const NEVER_SEEN = `to_timestamp(0)`;

/** SQL: a gateway that was seen then counts as alive. @param secs after so long it counts as gone (`GATEWAY_ALIVE_MS`) */
export const IS_ALIVE = (seenAt: string, secs: string): string =>
  `${seenAt} > clock_timestamp() - make_interval(secs => ${secs}) AND ${NOT_AHEAD(seenAt, secs)}`;
