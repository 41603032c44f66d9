import { createClient, type UnderstudyClient } from '#libs/client';
import { EXIT, Exit } from './exit.ts';
import { table, type Row } from './table.ts';

/** What a command works with; tests give their own. */
export interface Context {
  readonly url: string;
  readonly token: string | null;
  readonly client: UnderstudyClient;
  readonly isTerminal: boolean;
  readonly isColoured: boolean;
  readonly columns: () => number;
  readonly configFolder: string;
  write(text: string): void;
  /** To standard error: what is no result. */
  note(text: string): void;
  readonly signal: AbortSignal;
}

export interface Io extends Pick<
  Context,
  'isTerminal' | 'isColoured' | 'columns' | 'configFolder' | 'write' | 'note' | 'signal'
> {
  readonly url: string;
  readonly token: string | null;
}

export const contextOf = (io: Io): Context => ({
  ...io,
  client: createClient({ url: io.url, token: () => io.token }),
});

/** What the api answered; `data` is there where it did not throw. */
export function dataOf<T>({ data }: { data?: T }): T {
  if (data === undefined) throw new Exit(EXIT.refused, 'The answer is empty.');
  return data;
}

export interface Output {
  readonly output: 'table' | 'json';
}

/** A list for people, or everything for programs. */
export function printList(
  context: Context,
  { output }: Output,
  items: readonly object[],
  columns: Readonly<Record<string, (item: never) => Row[string]>>,
  empty: string,
): void {
  if (output === 'json') context.write(`${JSON.stringify(items, null, 2)}\n`);
  else if (items.length === 0) context.note(`${empty}\n`);
  else {
    const rows = items.map((item) =>
      Object.fromEntries(Object.entries(columns).map(([name, of]) => [name, of(item as never)])),
    );
    context.write(table(rows, context.columns()));
  }
}

/** One thing: a line for people, or everything for programs. */
export function printOne(context: Context, { output }: Output, item: object, line: string): void {
  context.write(output === 'json' ? `${JSON.stringify(item, null, 2)}\n` : `${line}\n`);
}
