import type { KeyObject } from 'node:crypto';
import type pg from 'pg';
import { KEPT_EVENTS } from '#libs/engine';
import { DomainError, type Instant } from '#libs/kernel';
import { publicKeyText } from './export-key.ts';
import type { ExportPlace } from './export-place.ts';
import type { Stretch } from './export-format.ts';
import { compared } from './make-export.ts';
import { readExport } from './read-export.ts';
import {
  ownerAlone,
  keptOf,
  type NotedExport,
  notedExports,
  NOWHERE,
  rangesOf,
  reachedBefore,
} from './rows.ts';

/** Rows of one statement: its locks are gone in milliseconds. */
const BATCH = 1_000;

/** What a run has deleted. */
export interface Detached {
  readonly file: string;
  readonly deleted: number;
  /** Left since they are asked for at any age (`KEPT_EVENTS`). */
  readonly kept: number;
}

/**
 * Deletes the events of the oldest file that has not left the database: after the whole file was read from its place, verified, and
 * each of its events compared with its row. A run that was ended at any point is gone on with by the next one.
 * @param key the private one
 * @param before no file goes with an event of this time or later: a clock that was ahead has had it written too early
 * @returns `null`: there is no such file
 * @throws DomainError `events_too_young`, `export_damaged`, `export_place_failed`, `not_owner`, `exports_under_way`; nothing was deleted then
 */
export function detachNext(
  client: pg.ClientBase,
  place: ExportPlace,
  key: KeyObject,
  before: Instant = Infinity,
): Promise<Detached | null> {
  return ownerAlone(client, async () => {
    const noted = await notedExports(client);
    const at = noted.findIndex(({ detached }) => !detached);
    const next = noted[at];
    if (!next) return null;
    if (next.lastAt >= before) throw tooYoung(next, before);
    const { number, file, sha256 } = next;
    const ranges = await rangesOf(client, number);
    const reached = await reachedBefore(client, number);
    const expected = {
      file,
      number,
      previous: noted[at - 1]?.sha256 ?? null,
      sha256,
      key: publicKeyText(key),
    };
    const { stretches } = await compared(client, readExport(place.read(file), expected), {
      file,
      goesOn: ({ modelId }) => reached.get(modelId) ?? NOWHERE,
      mayBeGone: (modelId) => ranges.get(modelId)?.detached ?? false,
    });
    let [deleted, kept] = [0, 0];
    for (const stretch of stretches) {
      kept += await markDetached(client, number, stretch);
      deleted += await deleteRows(client, stretch);
    }
    await client.query('UPDATE event_export SET detached_at = clock_timestamp() WHERE number = $1', [number]);
    return { file, deleted, kept };
  });
}

const tooYoung = ({ file, lastAt }: NotedExport, before: Instant): DomainError =>
  new DomainError(
    'conflict',
    'events_too_young',
    `${file} has events of ${new Date(lastAt).toISOString()}. Only those of before ${new Date(before).toISOString()} leave the database: a clock was ahead when the file was written, or is behind now. Nothing was deleted; detach it later.`,
  );

/** Says first what is to be left: from then on the rest may be gone. */
async function markDetached(client: pg.ClientBase, number: number, stretch: Stretch): Promise<number> {
  const { kept, digest } = await keptOf(client, stretch);
  await client.query(
    `UPDATE event_export_range SET detached = true, kept = $3, kept_digest = $4 WHERE model_id = $1 AND last_sequence = $2 AND number = $5`,
    [stretch.modelId, stretch.last, kept, digest, number],
  );
  return kept;
}

async function deleteRows(client: pg.ClientBase, { modelId, first, last }: Stretch): Promise<number> {
  let deleted = 0;
  for (let count = BATCH; count === BATCH;) {
    await client.query('BEGIN');
    try {
      // For this transaction only; the trigger refuses all others.
      await client.query(`SELECT set_config('understudy.detaching', 'on', true)`);
      const { rowCount } = await client.query(
        `DELETE FROM event WHERE model_id = $1 AND sequence IN (SELECT sequence FROM event
           WHERE model_id = $1 AND sequence BETWEEN $2 AND $3 AND type <> ALL ($4::text[]) ORDER BY sequence LIMIT $5)`,
        [modelId, first, last, KEPT_EVENTS, BATCH],
      );
      await client.query('COMMIT');
      count = rowCount ?? 0;
      deleted += count;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }
  return deleted;
}
