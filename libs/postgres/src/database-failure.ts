/**
 * What has become of a statement that failed for no fault of its own.
 * `undone`: PostgreSQL has ended its transaction, and nothing of it is kept.
 * `read-only`: its server may only read, as after a failover; nothing is kept, and a new connection may reach one that writes.
 * `too-long`: PostgreSQL has ended the statement, and its transaction, for the time it took; nothing is kept.
 * `busy`: others of this process were before it, for as long as a statement may take; nothing was asked.
 * `full`: its server has no room left, on its disk or in memory; nothing is kept.
 * `away`: there is no server, or no connection to it any more; what was asked to commit may have.
 */
export type DatabaseFailure = 'undone' | 'read-only' | 'too-long' | 'full' | 'busy' | 'away';

/** Deadlock, serialization failure, idle within a transaction or a session for too long. */
const UNDONE = ['40P01', '40001', '25P03', '57P05'];
const READ_ONLY = '25006';
const TOO_LONG = '57014';
/** Our own: PostgreSQL was not asked. */
export const BUSY = 'UNDERSTUDY_BUSY';
/** No room on the disk, none in memory, a limit of its settings. More of them than of connections (53300) do not help. */
const FULL = ['53000', '53100', '53200', '53400'];
/** Ended by an administrator, by a crash, or for a shutdown: others to the same server are too. */
const SERVER_ENDS = ['57P01', '57P02'];
const AWAY = [
  ...SERVER_ENDS,
  // Starting up or shutting down; no more connections; no connection.
  ...['57P03', '53300', '08000', '08001', '08003', '08004', '08006'],
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT'],
  ...['EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN'],
  // The database of this name is not there: renamed or restored, it comes back under it. (At boot that is a mistake, and ends the process.)
  '3D000',
  // Its name is not known, for now.
  ...['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL'],
];
/** Also of a database that takes no connections for now (`ALLOW_CONNECTIONS false`). */
const NOT_READY = '55000';
const TAKES_NONE = /^database ".*" is not currently accepting connections/;
/** A pooler's SQLSTATE for all it has to say (PgBouncer up to 1.18); PostgreSQL's own for a message that is no message. */
const POOLER = '08P01';
const POOLER_AWAY =
  /^(server |pgbouncer |query_wait_timeout|query_timeout|connect failed|connect timeout|no more connections|client_idle_timeout|client_login_timeout|idle transaction timeout|the database system |no such database|database ".*" (does not exist|is disabled|is not currently))/i;
/** The driver's own and TypeORM's, which have no code. */
const AWAY_WORDS =
  /Connection terminated|timeout expired|timeout exceeded when trying to connect|Query read timeout|is not queryable|already released/;

/** @returns `null` for an error of any other kind: the statement's own, or not the database's */
export function databaseFailure(error: unknown): DatabaseFailure | null {
  const code = codeOf(error) ?? codeOf((error as { driverError?: unknown } | null)?.driverError);
  if (typeof code === 'string') {
    if (UNDONE.includes(code)) return 'undone';
    if (code === READ_ONLY) return 'read-only';
    if (code === TOO_LONG) return 'too-long';
    if (code === BUSY) return 'busy';
    if (FULL.includes(code)) return 'full';
    if (AWAY.includes(code) || (code === NOT_READY && TAKES_NONE.test(messageOf(error)))) return 'away';
    if (code === POOLER && POOLER_AWAY.test(messageOf(error))) return 'away';
  }
  return error instanceof Error && AWAY_WORDS.test(error.message) ? 'away' : null;
}

/** Does an error of this SQLSTATE say that no connection to the same server is of use? */
export const endsAllConnections = (sqlState: string | undefined): boolean =>
  sqlState === READ_ONLY || SERVER_ENDS.includes(sqlState ?? '');

const messageOf = (error: unknown): string => String((error as { message?: unknown } | null)?.message ?? '');
const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;
