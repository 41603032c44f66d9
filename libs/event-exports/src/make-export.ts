import type { KeyObject } from 'node:crypto';
import type pg from 'pg';
import { type ChainLink, hashEvent } from '#libs/engine';
import { DomainError, type Instant } from '#libs/kernel';
import { damaged, ExportLines, fileName, type Stretch } from './export-format.ts';
import { publicKeyText } from './export-key.ts';
import type { ExportPlace } from './export-place.ts';
import { type ExportContent, readExport } from './read-export.ts';
import {
  ownerAlone,
  chainsBefore,
  differenceOf,
  linksBetween,
  type NotedExport,
  notedExports,
  NOWHERE,
  reachedBefore,
} from './rows.ts';

/** Events that are read and compared together. */
const BATCH = 500;

export interface ExportRequest {
  readonly place: ExportPlace;
  /** The private one. */
  readonly key: KeyObject;
  /** Events that happened earlier. */
  readonly before: Instant;
  /** Of one file. */
  readonly most: number;
}

/** What a run has made. */
export interface Exported {
  /** `null`: there was nothing to export. */
  readonly file: string | null;
  readonly events: number;
  readonly chains: number;
  /** A run that was ended before had written the file; this one has found it as it should be, and noted it. */
  readonly takenUp: boolean;
  /** There may be more for the next run. */
  readonly more: boolean;
  /** Chains (names of models) that go no further for a rollout that has not ended, or an event that waits for a subscription. */
  readonly heldBack: readonly string[];
}

/**
 * Writes the next file of events: of each chain what no file has yet, in order, until one is too young, belongs to a rollout that lives, or
 * waits for a subscription. It is read back from where it was written and compared with the rows before it is noted: what is noted exists.
 * A run that was ended at any point is gone on with by the next one.
 * @throws DomainError `record_changed`, `export_damaged`, `export_place_failed`, `export_missing`, `not_owner`, `exports_under_way`
 */
export function makeExport(client: pg.ClientBase, request: ExportRequest): Promise<Exported> {
  return ownerAlone(client, async () => {
    const { place, most } = request;
    const before = (await notedExports(client)).at(-1);
    const number = (before?.number ?? 0) + 1;
    const previous = before?.sha256 ?? null;
    const file = fileName(number);
    const there = await place.list();
    if (before?.place === place.name && !there.includes(before.file)) throw missing(before, file);
    const takenUp = there.includes(file);
    const heldBack = new Set<string>();
    if (!takenUp) {
      const chains = await chainsBefore(client, request.before);
      for (const { model, last, live, waiting } of chains)
        if (Math.min(live ?? Infinity, waiting ?? Infinity) <= last + 1) heldBack.add(model);
      const open = chains.filter(({ model }) => !heldBack.has(model));
      if (open.length === 0)
        return { file: null, events: 0, chains: 0, takenUp, more: false, heldBack: [...heldBack] };
      await place.write(file, linesOf(client, request, { number, previous, chains: open, heldBack }));
    }
    const { events, stretches } = await note(client, request, { number, previous, file }).catch(
      (error: unknown) => {
        throw takenUp ? ofNoUse(error) : error;
      },
    );
    return {
      file,
      events,
      chains: stretches.length,
      takenUp,
      more: takenUp || events >= most,
      heldBack: [...heldBack],
    };
  });
}

/** A disk that is not mounted looks like an empty folder: what is written there is hidden when it is back. */
const missing = (before: NotedExport, file: string): DomainError =>
  new DomainError(
    'conflict',
    'export_missing',
    `${before.file} was written to ${before.place}, and is not there any more: is its disk mounted? ${file} was not written. Bring the files back, or export to a place of another name.`,
  );

/** A file that was there already, and is not what it is to be. */
function ofNoUse(error: unknown): unknown {
  if (!(error instanceof DomainError) || error.code !== 'export_damaged') return error;
  return new DomainError(
    error.kind,
    error.code,
    `${error.detail} The database has not noted this file, and still has the events that belong in it: move the file away, and export again.`,
  );
}

async function* linesOf(
  client: pg.ClientBase,
  { key, before, most }: ExportRequest,
  {
    number,
    previous,
    chains,
    heldBack,
  }: {
    number: number;
    previous: string | null;
    chains: Awaited<ReturnType<typeof chainsBefore>>;
    heldBack: Set<string>;
  },
): AsyncGenerator<Buffer> {
  const lines = new ExportLines(key);
  const { rows } = await client.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  const madeAt = rows[0]?.now.toISOString() ?? '';
  yield lines.head({ number, previous, madeAt, before: new Date(before).toISOString() });
  let [events, written] = [0, 0];
  for (const { modelId, model, last: reached, hash: noted, live, waiting } of chains) {
    if (events >= most) break;
    yield lines.chain({ modelId, model, after: reached, hash: noted });
    written++;
    const until = Math.min(live ?? Infinity, waiting ?? Infinity);
    let [after, hash] = [reached, noted];
    for (let done = false; !done;) {
      const wanted = Math.min(BATCH, most - events);
      const last = Math.min(after + wanted, until - 1);
      const links =
        last > after ? await linksBetween(client, modelId, { first: after + 1, last, most: wanted }) : [];
      done = links.length < wanted || events + links.length >= most;
      for (const link of links) {
        if (link.at >= before) {
          done = true;
          break;
        }
        assertFollows(link, after, hash, model);
        [after, hash] = [link.sequence, link.hash];
        events++;
        yield lines.event(link);
      }
      if (after + 1 >= until) heldBack.add(model);
    }
  }
  yield lines.end({ events, chains: written });
}

function assertFollows(
  { hash: own, ...content }: ChainLink,
  after: number,
  hash: string,
  model: string,
): void {
  if (content.sequence === after + 1 && hashEvent(hash, content) === own) return;
  throw new DomainError(
    'conflict',
    'record_changed',
    `The record of ${model || 'the installation'} was changed at event ${content.sequence}: its hash is not that of its content and the event before. Run \`understudy audit verify\`. Nothing was exported.`,
  );
}

/** Reads the file back, compares each event with its row, and notes what it holds. */
async function note(
  client: pg.ClientBase,
  { place, key }: ExportRequest,
  { number, previous, file }: { number: number; previous: string | null; file: string },
): Promise<ExportContent> {
  const text = publicKeyText(key);
  const reached = await reachedBefore(client, number);
  const found = await compared(
    client,
    readExport(place.read(file), { file, number, previous, sha256: null, key: text }),
    { file, goesOn: (start) => reached.get(start.modelId) ?? NOWHERE, mayBeGone: () => false },
  );
  const of = <K extends keyof Stretch>(name: K): Stretch[K][] => found.stretches.map((one) => one[name]);
  const times = [Math.min(...of('firstAt')), Math.max(...of('lastAt'))].map((at) => new Date(at));
  // One statement: all of it or nothing.
  await client.query(
    `WITH ranges AS (
       INSERT INTO event_export_range (number, model_id, first_sequence, last_sequence, last_hash, first_at, last_at)
       SELECT $1, * FROM unnest($9::uuid[], $10::int[], $11::int[], $12::text[], $13::timestamptz[], $14::timestamptz[]))
     INSERT INTO event_export (number, file, place, sha256, key, events, first_at, last_at, made_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, clock_timestamp())`,
    [
      ...[number, file, place.name, found.sha256, text, found.events, ...times],
      ...[of('modelId'), of('first'), of('last'), of('hash')],
      ...[of('firstAt'), of('lastAt')].map((list) => list.map((at) => new Date(at))),
    ],
  );
  return found;
}

export interface Comparison {
  readonly file: string;
  readonly goesOn: (start: { readonly modelId: string }) => { readonly last: number; readonly hash: string };
  readonly mayBeGone: (modelId: string) => boolean;
}

/** Reads a file to its end, and compares each event with its row. @throws DomainError `export_damaged` */
export async function compared(
  client: pg.ClientBase,
  reading: ReturnType<typeof readExport>,
  { file, goesOn, mayBeGone }: Comparison,
): Promise<ExportContent> {
  let links: ChainLink[] = [];
  let model = '';
  const compare = async (): Promise<void> => {
    const [one] = links;
    if (!one) return;
    const other = await differenceOf(client, links, mayBeGone(one.modelId));
    if (other !== null)
      throw damaged(file, 0, `event ${other.sequence} of ${model || 'the installation'}: ${other.because}`);
    links = [];
  };
  for (;;) {
    const next = await reading.next();
    if (next.done) {
      await compare();
      return next.value;
    }
    const { start, link } = next.value;
    if (links.length >= BATCH || (links[0] && links[0].modelId !== link.modelId)) await compare();
    model = start.model;
    const { last, hash } = goesOn(start);
    if (start.after !== last || start.hash !== hash)
      throw damaged(
        file,
        0,
        `the chain of ${model || 'the installation'} does not go on where the exports before it end (event ${last})`,
      );
    links.push(link);
  }
}
