import { DomainError } from '#libs/kernel';

/** What two connections of ours showed at boot. */
export interface DatabaseProof {
  /** PostgreSQL's number: 180004 is 18.4. */
  readonly version: number;
  readonly isReadOnly: boolean;
  /** Did one connection stay with one server process, while another one worked in between? */
  readonly keepsSession: boolean;
  /** Was a prepared statement still there in the next transaction? */
  readonly keepsPrepared: boolean;
  /** The role in force in the next transaction; `wantedRole`: that it was to be, `null` where there is none. */
  readonly role: string;
  readonly wantedRole: string | null;
  /** `statement_timeout` in force in the next transaction, in ms. */
  readonly statementMs: number;
  readonly wantedStatementMs: number;
}

/** Older ones have no support any more. */
const OLDEST = 14;
const SESSION = 'Name PostgreSQL itself in DATABASE_URL, or set pool_mode = session in pgbouncer.ini';

/** Why we cannot work on a database, with what to do; `null`: nothing. Pure. */
export function databaseProblem(proof: DatabaseProof): DomainError | null {
  if (proof.version < OLDEST * 10_000) {
    return problem(
      'database_too_old',
      `PostgreSQL at DATABASE_URL has version ${Math.floor(proof.version / 10_000)}. Use ${OLDEST} or newer.`,
    );
  }
  if (proof.isReadOnly) {
    return problem(
      'database_read_only',
      'PostgreSQL at DATABASE_URL can only be read: it is a standby, or default_transaction_read_only is on. Name the primary.',
    );
  }
  if (!proof.keepsSession || !proof.keepsPrepared) {
    return pooledProblem();
  }
  if (proof.wantedRole !== null && proof.role !== proof.wantedRole) {
    return problem(
      'database_role_lost',
      `A connection to DATABASE_URL was told to act as "${proof.wantedRole}", which can only add to the record, and acts as "${proof.role}". ${SESSION}.`,
    );
  }
  if (proof.statementMs !== proof.wantedStatementMs) {
    return problem(
      'database_settings_lost',
      `A connection to DATABASE_URL was given a statement_timeout of ${proof.wantedStatementMs} ms, and has ${proof.statementMs} ms. ${SESSION}.`,
    );
  }
  return null;
}

/** Of a pooler that keeps no session. */
export const pooledProblem = (): DomainError =>
  problem(
    'database_pooled',
    `DATABASE_URL leads through a pooler that gives each transaction another connection (PgBouncer with pool_mode = transaction or statement). Notifications, prepared statements and the role that protects the record need one that stays. ${SESSION}.`,
  );

const problem = (code: string, detail: string): DomainError => new DomainError('unavailable', code, detail);
