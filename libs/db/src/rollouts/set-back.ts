import type { EntityManager } from 'typeorm';
import { LONGEST_AGENDA_MS } from '#libs/engine';
import { NOW } from '../work/clear-away.ts';

/**
 * What work waits for, and what only a clock can have written that was ahead then and has been set back since (a step of NTP, a machine that was
 * restored): an instant farther ahead than anything writes, or a row of a time that is still to come. Without this it would wait for as long as the
 * clock was ahead. Each condition is one that an index answers; a second is left for clocks that are slewed.
 */
const WAITING: readonly { readonly table: string; readonly column: string; readonly isAhead: string }[] = [
  { table: 'agenda', column: 'due_at', isAhead: `due_at > ${NOW} + interval '${LONGEST_AGENDA_MS} ms'` },
  // It would hold evidence back.
  {
    table: 'agenda',
    column: 'not_before',
    isAhead: `not_before > ${NOW} + interval '${LONGEST_AGENDA_MS} ms'`,
  },
  // A subscriber that is away is tried again after two hours at most; who has just come in line is tried at once.
  {
    ...{ table: 'outgoing', column: 'next_at' },
    isAhead: `state = 'waiting' AND next_at > ${NOW} + interval '1 second'
      AND (created_at > ${NOW} + interval '1 second' OR next_at > ${NOW} + interval '2 hours')`,
  },
  // Leases of three minutes, and waits of an hour at most.
  {
    table: 'text_pair',
    column: 'due_at',
    isAhead: `outcome IS NULL AND due_at > ${NOW} + interval '1 hour'`,
  },
  {
    table: 'embedding_pair',
    column: 'due_at',
    isAhead: `outcome IS NULL AND due_at > ${NOW} + interval '1 hour'`,
  },
];

/** Makes due what waits for a time that a clock has written which was set back since. Rows that somebody else holds are left to the next call. */
export async function bringForward(manager: EntityManager): Promise<void> {
  for (const { table, column, isAhead } of WAITING)
    await manager.query(
      `UPDATE ${table} SET ${column} = clock_timestamp() WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM ${table} WHERE ${isAhead} LIMIT 1000 FOR UPDATE SKIP LOCKED))`,
    );
}
