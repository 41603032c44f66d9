import type { EntityManager } from 'typeorm';
import type { Refused } from '#libs/engine';
import { inKeyOrder, type RowKey } from './key-order.ts';

/** Classes of SQLSTATE that say nothing about what was written: connections, conflicts, resources, operators. */
const PASSING = new Set(['08', '25', '40', '53', '55', '57', '58']);

/**
 * Writes entries at once, and where the database refuses them, in halves until the one that it refuses is alone:
 * that one is left out and named. Within the caller's transaction, by savepoints, in the order of their rows' keys: two
 * callers never wait for each other's rows.
 * @throws what says nothing about the entries: the database is away, or another transaction was in the way
 */
export async function entryByEntry<T>(
  manager: EntityManager,
  entries: readonly T[],
  keyOf: (entry: T) => RowKey,
  write: (part: readonly T[]) => Promise<void>,
): Promise<readonly Refused<T>[]> {
  return inHalves(manager, inKeyOrder(entries, keyOf), write);
}

async function inHalves<T>(
  manager: EntityManager,
  entries: readonly T[],
  write: (part: readonly T[]) => Promise<void>,
): Promise<readonly Refused<T>[]> {
  if (entries.length === 0) return [];
  await manager.query('SAVEPOINT entries');
  try {
    await write(entries);
    await manager.query('RELEASE SAVEPOINT entries');
    return [];
  } catch (error) {
    if (isPassing(error)) throw error;
    await manager.query('ROLLBACK TO SAVEPOINT entries');
    await manager.query('RELEASE SAVEPOINT entries');
    const [only] = entries;
    if (entries.length === 1 && only !== undefined) return [{ entry: only, reason: reasonOf(error) }];
  }
  const middle = Math.ceil(entries.length / 2);
  const refused = await inHalves(manager, entries.slice(0, middle), write);
  return [...refused, ...(await inHalves(manager, entries.slice(middle), write))];
}

function isPassing(error: unknown): boolean {
  const state = stateOf(error);
  if (state !== null) return PASSING.has(state.slice(0, 2));
  // What was read of an entry made no sense to us; anything else without a state is a broken connection.
  return !(error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError);
}

function stateOf(error: unknown): string | null {
  const { code, driverError } = error as { code?: unknown; driverError?: { code?: unknown } };
  const state = driverError?.code ?? code;
  return typeof state === 'string' && /^[0-9A-Z]{5}$/.test(state) && /\d/.test(state) ? state : null;
}

const reasonOf = (error: unknown): string =>
  `the database refuses it: ${error instanceof Error ? error.message.slice(0, 200) : 'unknown'}`;
