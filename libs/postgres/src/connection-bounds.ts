/** A connection that is not set up by then is given up: its address may accept, and say nothing. */
export const CONNECT_MS = 5_000;
/** PostgreSQL ends a statement that takes longer. */
export const STATEMENT_MS = 15_000;
/** So a connection on which a statement has no answer by then is dead, whatever its socket says. */
const ANSWER_MS = STATEMENT_MS + 5_000;
const KEEP_ALIVE_MS = 10_000;

/**
 * How long every connection of a pool is believed in: an open socket is no sign of life. A firewall that drops a
 * connection sends no end of it, and TCP itself notices after a quarter of an hour.
 */
export const CONNECTION_BOUNDS = {
  connectionTimeoutMillis: CONNECT_MS,
  query_timeout: ANSWER_MS,
  keepAlive: true,
  keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
} as const;
