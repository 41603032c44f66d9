import type { EntityManager, QueryRunner } from 'typeorm';
import type { Pool, PoolClient, QueryConfig } from 'pg';
import { STATEMENT_MS } from '#libs/postgres';

/** Prepare by the text itself: for texts that are put together, of which there are not many. */
export const BY_TEXT = Symbol('by text');
/** Each connection keeps what it has prepared; what comes after so many texts is not prepared. */
const MOST_TEXTS = 200;
const names = new Map<string, string>();

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MOST_TEXTS) return known;
  const name = `text-${names.size}`;
  names.set(text, name);
  return name;
}

type Name = string | typeof BY_TEXT | null;
function queryOf(name: Name, text: string, values: readonly unknown[]): QueryConfig {
  const prepared = name === BY_TEXT ? nameOf(text) : (name ?? undefined);
  return { ...(prepared === undefined ? {} : { name: prepared }), text, values: [...values] };
}

/**
 * Asks with a statement that PostgreSQL prepares once for each connection, past TypeORM's query
 * building: for what is asked on every request. Within a transaction it is asked there.
 * @param name of the statement, one for each text; `null`: not prepared, for texts that vary
 * @param text SQL whose columns are named as the rows' properties
 */
export async function query<T extends object>(
  manager: EntityManager,
  name: Name,
  text: string,
  values: readonly unknown[],
): Promise<T[]> {
  const query = queryOf(name, text, values);
  const runner = manager.queryRunner;
  if (runner) return (await ((await runner.connect()) as PoolClient).query<T>(query)).rows;
  return (await (manager.connection.driver as unknown as { master: Pool }).master.query<T>(query)).rows;
}

/** What transactions have been told, and have not yet heard of. */
const told = new WeakMap<QueryRunner, Promise<unknown>[]>();

/**
 * Like `query`, for a write whose answer nobody needs: it is sent, and the transaction goes on. What
 * follows is done after it, and the commit fails where it failed.
 */
export async function enqueue(
  manager: EntityManager,
  name: Name,
  text: string,
  values: readonly unknown[],
): Promise<void> {
  const runner = manager.queryRunner;
  const open = runner && told.get(runner);
  if (!open) return void (await query(manager, name, text, values));
  const client = (await runner.connect()) as PoolClient;
  const done = client.query(queryOf(name, text, values));
  done.catch(() => undefined); // heard at the end
  open.push(done);
}

/** As long as a write to all rows of a model may take. */
const LONG_MS = 600_000;

/**
 * A write to as many rows as there are, within a transaction: it has ten minutes, where others have the seconds that
 * connections are opened with (data-source.ts).
 */
export async function writeMany(
  manager: EntityManager,
  text: string,
  values: readonly unknown[],
): Promise<void> {
  const client = (await manager.queryRunner?.connect()) as PoolClient | undefined;
  if (!client) throw new Error('a long statement is for a transaction');
  await enqueue(manager, null, `SET LOCAL statement_timeout = ${LONG_MS}`, []);
  // The driver has a bound of its own.
  await client.query({ text, values: [...values], query_timeout: LONG_MS } as QueryConfig);
  await enqueue(manager, null, `SET LOCAL statement_timeout = ${STATEMENT_MS}`, []);
}

/** "current transaction is aborted": something else in it failed before. */
const isForAnother = (error: unknown): boolean => (error as { code?: unknown }).code === '25P02';

/**
 * Runs work in one transaction, READ COMMITTED, with as few round trips as there can be: its begin is
 * sent together with its first statement, its end together with the last.
 * @param committing is called before the commit is sent: what fails from then on may have been committed
 */
export async function inTransaction<T>(
  runner: QueryRunner,
  work: (manager: EntityManager) => Promise<T>,
  committing?: () => void,
): Promise<T> {
  const sent: Promise<unknown>[] = [];
  told.set(runner, sent);
  let client: PoolClient | null = null;
  try {
    client = (await runner.connect()) as PoolClient;
    // TypeORM is not to begin another one within.
    Object.assign(runner, { isTransactionActive: true });
    const begun = client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    begun.catch(() => undefined);
    sent.push(begun);
    const result = await work(runner.manager);
    committing?.();
    const committed = client.query('COMMIT');
    committed.catch(() => undefined);
    await Promise.all(sent);
    // PostgreSQL answers ROLLBACK to the COMMIT of a transaction in which something failed.
    if ((await committed).command !== 'COMMIT') throw new Error('the transaction was rolled back');
    return result;
  } catch (error) {
    await client?.query('ROLLBACK').catch(() => undefined);
    const failed = await Promise.all(
      sent.map((one) =>
        one.then(
          () => null,
          (reason: unknown) => reason,
        ),
      ),
    );
    // What failed first, not what failed for it: that may be what `work` says, or have been told before.
    throw failed.find((one) => one !== null && !isForAnother(one)) ?? error;
  } finally {
    Object.assign(runner, { isTransactionActive: false });
    told.delete(runner);
    await runner.release();
  }
}
