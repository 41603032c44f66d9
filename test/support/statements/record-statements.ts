import { appendFileSync } from 'node:fs';
import pg from 'pg';

/** A statement that a process of ours has sent, with the values it was sent with. */
export interface SentStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Our pools' connections say so; those by which tests look on are none of ours. */
const OURS = 'understudy';
const READS_OR_WRITES = /^\s*(SELECT|WITH|INSERT|UPDATE|DELETE)\b/i;

/** From now on each statement that this process sends to its database is a line of a file (JSON of `SentStatement`). */
export function recordStatements(file: string): void {
  const query = pg.Client.prototype.query as (...all: unknown[]) => unknown;
  pg.Client.prototype.query = function (
    this: pg.Client & { connectionParameters?: { application_name?: string } },
    ...all: unknown[]
  ) {
    const asked = all[0] as string | { readonly text?: string; readonly values?: unknown } | undefined;
    const text = typeof asked === 'string' ? asked : asked?.text;
    const given = typeof asked === 'string' ? all[1] : asked?.values;
    if (
      this.connectionParameters?.application_name === OURS &&
      text !== undefined &&
      READS_OR_WRITES.test(text)
    )
      appendFileSync(file, `${JSON.stringify({ text, values: Array.isArray(given) ? given : [] })}\n`);
    return query.apply(this, all);
  } as never;
}
