import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';
import { areCommitsFollowed, databaseFailure, noteCommit } from '#libs/postgres';
import { ask } from './statement.ts';

/** What PostgreSQL knows a transaction by, also when its connection is no more. */
interface TransactionName {
  readonly xid: string;
  /** When its server was started, in seconds since 1970: another server may know another transaction by the same number. */
  readonly server: string;
}

/** `unknown`: nobody answered in time, or who answered cannot know. */
type TransactionFate = 'kept' | 'undone' | 'unknown';

const ASK_MS = 3_000;
const AGAIN_MS = 100;
const SERVER = 'extract(epoch FROM pg_postmaster_start_time())::text AS server';

/** One transaction, of which it is known afterwards whether it was committed, also where its connection ended meanwhile. */
export class CommitUnderWay {
  private name: TransactionName | null = null;
  private takeBack: (() => void) | null = null;

  constructor(private readonly dataSource: DataSource) {}

  /**
   * To be called first, and what it returns awaited last: the number is asked for together with the first statement. Only where
   * somebody follows what becomes of commits (`followCommits`): who only reads gets a number by it.
   */
  begin(manager: EntityManager): Promise<void> {
    if (!areCommitsFollowed()) return Promise.resolve();
    const text = `SELECT pg_current_xact_id()::text AS xid, ${SERVER}`;
    const naming = ask<TransactionName>(manager, 'transaction-name', text, []).then(
      ([row]) => void (this.name = row ?? null),
    );
    naming.catch(() => undefined); // heard at the end
    return naming;
  }

  sent(): void {
    this.takeBack = noteCommit();
  }

  /** What is kept of it, now that it failed with `error`. */
  async fate(error: unknown): Promise<TransactionFate> {
    if (this.takeBack === null) return 'undone';
    const failure = databaseFailure(error);
    if (failure === null || (failure === 'away' && this.name === null)) return 'unknown';
    // Where PostgreSQL has answered by an error there is nothing to ask it.
    const fate =
      failure === 'away' && this.name !== null ? await fateOf(this.dataSource, this.name) : 'undone';
    if (fate === 'undone') this.takeBack();
    return fate;
  }
}

/** Asks for up to three seconds, on a new connection where it must. */
async function fateOf(dataSource: DataSource, { xid, server }: TransactionName): Promise<TransactionFate> {
  for (const began = performance.now(); performance.now() - began < ASK_MS; await sleep(AGAIN_MS)) {
    const [row] = await dataSource
      .query<{ fate: string | null; server: string; alone: boolean }[]>(
        `SELECT pg_xact_status($1::text::xid8) AS fate, ${SERVER}, current_setting('synchronous_standby_names') = '' AS alone`,
        [xid],
      )
      .catch(() => []);
    if (!row) continue;
    if (row.fate === 'aborted') return 'undone';
    // What waited for a standby may be committed here, and lost with a failover.
    if (row.fate === 'committed') return row.server === server && row.alone ? 'kept' : 'unknown';
  }
  return 'unknown';
}
