import { createClient, type UnderstudyClient } from '#libs/client';
import { EXIT, Exit } from './exit.ts';
import { apiAddress, sayableToken } from './options/api-address.ts';
import type { Printer } from './printer.ts';
import { table, type Row } from './table.ts';

/** What a command works with; tests give their own. */
export interface Context {
  readonly url: string;
  readonly token: string | null;
  readonly client: UnderstudyClient;
  readonly print: Printer;
  readonly configFolder: string;
  readonly signal: AbortSignal;
}

export interface Io extends Pick<Context, 'print' | 'configFolder' | 'signal'> {
  readonly url: string;
  readonly token: string | null;
}

/** @throws Exit with the code of wrong usage where the address or the token can never work */
export function contextOf(io: Io): Context {
  const url = apiAddress(io.url, 'UNDERSTUDY_URL (or API_URL)');
  const token = sayableToken(io.token);
  return { ...io, url, token, client: createClient({ url, token: () => token }) };
}

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
  { print }: Context,
  { output }: Output,
  items: readonly object[],
  columns: Readonly<Record<string, (item: never) => Row[string]>>,
  empty: string,
): void {
  if (output === 'json') print.json(items);
  else if (items.length === 0) print.note(`${empty}\n`);
  else {
    const rows = items.map((item) =>
      Object.fromEntries(Object.entries(columns).map(([name, of]) => [name, of(item as never)])),
    );
    print.write(table(rows, print.columns()));
  }
}

/** A document, as YAML for people (what `set` takes again), or everything for programs. */
export async function printDocument(
  { print }: Context,
  { output }: Output,
  document: unknown,
): Promise<void> {
  if (output === 'json') return print.json(document);
  const { stringify } = await import('yaml');
  print.write(stringify(document, { lineWidth: 0 }));
}

/** One thing: a line (or some) for people, or everything for programs. */
export function printOne(
  { print }: Context,
  { output }: Output,
  item: object,
  said: string | readonly string[],
): void {
  if (output === 'json') print.json(item);
  else print.lines([said].flat().map((text) => [{ text }]));
}
