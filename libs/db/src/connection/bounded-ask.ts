import type { EntityManager } from 'typeorm';
import { DomainError } from '#libs/kernel';
import { query, BY_TEXT, inTransaction, enqueue } from '../work/statement.ts';

const CANCELED = '57014';

/**
 * Asks for what somebody has written an expression for, whose cost is therefore not known: in a transaction of its
 * own, which PostgreSQL ends after so many milliseconds.
 * @throws DomainError `search_too_costly`
 */
export async function askWithin<T extends object>(
  manager: EntityManager,
  ms: number,
  text: string,
  values: readonly unknown[],
): Promise<T[]> {
  try {
    return await inTransaction(manager.connection.createQueryRunner(), async (within) => {
      await enqueue(within, null, `SET LOCAL statement_timeout = ${Math.round(ms)}`, []);
      return query<T>(within, BY_TEXT, text, values);
    });
  } catch (error) {
    if ((error as { code?: unknown }).code !== CANCELED) throw error;
    throw new DomainError(
      'invalid',
      'search_too_costly',
      `The search took longer than ${ms / 1_000} s. Ask for less: a shorter pattern, or equality (=), which has an index.`,
    );
  }
}
