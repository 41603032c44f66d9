import type { KeyObject } from 'node:crypto';
import type pg from 'pg';
import { DomainError } from '#libs/kernel';
import { numberOf } from './export-format.ts';
import { publicKeyText } from './export-key.ts';
import type { ExportPlace } from './export-place.ts';
import { compared } from './make-export.ts';
import { readExport } from './read-export.ts';
import { alone, type NotedExport, notedExports, NOWHERE, rangesOf, reachedBefore } from './rows.ts';

/** What the files show. */
export interface ExportsReport {
  readonly exports: number;
  /** Events that were read in files. */
  readonly events: number;
  readonly breaks: readonly { readonly file: string; readonly because: string }[];
  /** Files of later numbers than those that the database has noted: a run that was ended has left one, or the database is older than they are. */
  readonly unknown: readonly string[];
}

/**
 * Reads every file of exported events that the database has noted: each is whole, signed, follows the one before it, holds of each chain the stretch that
 * was noted, and what of it is still in the database is the same there. With `verifyAudit`, which begins where the files end, this is the whole record.
 * @param key the private one, or the public one as text
 */
export function verifyExports(
  client: pg.ClientBase,
  place: ExportPlace,
  key: KeyObject | string,
): Promise<ExportsReport> {
  return alone(client, () => verifyAll(client, place, key));
}

async function verifyAll(
  client: pg.ClientBase,
  place: ExportPlace,
  key: KeyObject | string,
): Promise<ExportsReport> {
  const text = typeof key === 'string' ? key : publicKeyText(key);
  const noted = await notedExports(client);
  const names = new Set(await place.list());
  const breaks: { file: string; because: string }[] = [];
  let events = 0;
  let previous: string | null = null;
  for (const [i, one] of noted.entries()) {
    const { file, number, sha256 } = one;
    const broken = (because: string): void => void breaks.push({ file, because });
    if (number !== i + 1)
      broken(`the export before it is not in the database any more: ${i + 1} is ${number}`);
    if (!names.has(file)) broken(`it is not in ${place.name}`);
    else
      try {
        events += await verifyOne(client, place, one, { previous, key: text });
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        broken(error.detail);
      }
    previous = sha256;
  }
  const last = noted.at(-1)?.number ?? 0;
  const unknown = [...names].filter((name) => (numberOf(name) ?? 0) > last).sort();
  return { exports: noted.length, events, breaks, unknown };
}

async function verifyOne(
  client: pg.ClientBase,
  place: ExportPlace,
  { file, number, sha256 }: NotedExport,
  { previous, key }: { readonly previous: string | null; readonly key: string },
): Promise<number> {
  const reached = await reachedBefore(client, number);
  const ranges = await rangesOf(client, number);
  const { events, stretches } = await compared(
    client,
    readExport(place.read(file), { file, number, previous, sha256, key }),
    {
      file,
      goesOn: ({ modelId }) => reached.get(modelId) ?? NOWHERE,
      mayBeGone: (modelId) => ranges.get(modelId)?.detached ?? false,
    },
  );
  const held = stretches.every(({ modelId, first, last, hash }) => {
    const range = ranges.get(modelId);
    return range?.first === first && range.last === last && range.hash === hash;
  });
  if (!held || stretches.length !== ranges.size)
    throw new DomainError(
      'invalid',
      'export_damaged',
      `${file}: it holds other stretches of chains than the database has noted.`,
    );
  return events;
}
