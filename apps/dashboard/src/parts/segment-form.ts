import type { Schemas } from '#libs/client';

/** Segments by name, as the api has them. */
export type Segments = Schemas['CallerSegments'];

export const KINDS = ['header', 'jsonPath', 'units'] as const;
export type Kind = (typeof KINDS)[number];

/** One segment as it is written in the form: lists have one entry a line. */
export interface Row {
  readonly name: string;
  readonly kind: Kind;
  /** A header's name, or a path; of a list of units unused. */
  readonly place: string;
  readonly entries: string;
}

export const EMPTY_ROW: Row = { name: '', kind: 'header', place: '', entries: '' };

export const rowsOf = (segments: Segments): readonly Row[] =>
  Object.entries(segments).map(([name, one]) => {
    if ('units' in one) return { name, kind: 'units', place: '', entries: one.units.join('\n') };
    return 'header' in one
      ? { name, kind: 'header', place: one.header, entries: one.values.join('\n') }
      : { name, kind: 'jsonPath', place: one.jsonPath, entries: one.values.join('\n') };
  });

/** The lines that say something, and which ones they are, from 1. */
const linesOf = (entries: string): readonly { readonly text: string; readonly line: number }[] =>
  entries
    .split(/\r?\n/)
    .map((text, at) => ({ text, line: at + 1 }))
    .filter(({ text }) => /[^\t\v\f ]/.test(text));

/** What is sent. Nothing is taken away but line ends and lines without anything: the api says what it does not take, and where. */
export const segmentsOf = (rows: readonly Row[]): Segments =>
  Object.fromEntries(
    rows.map(({ name, kind, place, entries }) => {
      const list = linesOf(entries).map(({ text }) => text);
      return [name, kind === 'units' ? { units: list } : { [kind]: place, values: list }];
    }),
  ) as Segments;

/** What would be lost if it was sent: two rows of one name are one segment. */
export const namedTwice = (rows: readonly Row[]): readonly number[] =>
  rows.flatMap(({ name }, at) => (rows.findIndex((row) => row.name === name) < at ? [at] : []));

export type Field = 'name' | 'place' | 'entries';

/** The field that an error's pointer is about, and what to say there; `null`: none of the form. */
export function fieldOf(
  { pointer, detail }: { readonly pointer: string; readonly detail: string },
  rows: readonly Row[],
): { readonly row: number; readonly field: Field; readonly detail: string } | null {
  const [, key = '', part, entry] = pointer
    .split('/')
    .map((one) => one.replaceAll('~1', '/').replaceAll('~0', '~'));
  const row = rows.findIndex(({ name }) => name === key);
  if (row === -1) return null;
  const isList = part === 'values' || part === 'units';
  const field: Field = isList ? 'entries' : part === 'header' || part === 'jsonPath' ? 'place' : 'name';
  const line = isList ? linesOf(rows[row]?.entries ?? '')[Number(entry)]?.line : undefined;
  const where = line === undefined ? '' : `Line ${line}: `;
  return { row, field, detail: `${where}${detail}` };
}
