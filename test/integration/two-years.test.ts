import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { openDataSource, retentionStore } from '#libs/db';
import {
  DEFAULT_RETENTION,
  type Forgettable,
  forgetOld,
  keptMs,
  KINDS,
  type RetentionStore,
  verifyAudit,
} from '#libs/engine';
import { detachNext, type ExportPlace, folderPlace, makeExport, verifyExports } from '#libs/event-exports';
import { freshUnitOfWork } from '../support/databases/database.ts';
import { PUT, putOld, putSubscriptions } from '../support/databases/old-rows.ts';
import { pastRollout, type PutRollout, putRollout } from '../support/years-of-rollouts.ts';

const DAY = 86_400_000;
const DAYS = 730;

let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
let dataSource: Awaited<ReturnType<typeof openDataSource>>;
let store: RetentionStore;
let owner: pg.Client;
let place: ExportPlace;
const { privateKey: key } = generateKeyPairSync('ed25519');
beforeAll(async () => {
  place = folderPlace(await mkdtemp(path.join(tmpdir(), 'understudy-years-')));
  db = await freshUnitOfWork();
  owner = new pg.Client({ connectionString: db.url });
  await owner.connect();
  // As the worker: by the role that cannot touch the record.
  dataSource = await openDataSource(db.url, 2);
  store = retentionStore(dataSource);
});
afterAll(async () => {
  await owner.end();
  await rm(place.name, { recursive: true });
  await dataSource.destroy();
  await db.close();
});

const TABLES_KEPT = ['event', 'model', 'version', 'rollout', 'route', 'primary_term', 'subscription'];
const countOf = async (table: string, where = 'true'): Promise<number> =>
  Number((await db.query<{ n: string }>(`SELECT count(*) AS n FROM ${table} WHERE ${where}`))[0]?.n);

/** All runs that are due now: a run that has reached its bound is followed by the next one. */
async function tidy(now: number): Promise<void> {
  for (let more = true; more;) ({ more } = await forgetOld(store, DEFAULT_RETENTION, now));
}

/** What an admin's cron does: files of 3 events, detached at once. */
async function moveOldEvents(now: number): Promise<void> {
  const before = now - 366 * DAY;
  for (let more = true; more;) ({ more } = await makeExport(owner, { place, key, before, most: 3 }));
  while ((await detachNext(owner, place, key)) !== null);
}

/** Rows of any kind, each on its day; runs of the worker between them, on days of their own. */
const history = fc.record({
  rows: fc.array(fc.tuple(fc.constantFrom(...KINDS), fc.integer({ min: 0, max: DAYS * DAY })), {
    minLength: 60,
    maxLength: 200,
  }),
  rollouts: fc.array(pastRollout(DAYS), { minLength: 5, maxLength: 12 }),
  runs: fc.array(fc.integer({ min: 1, max: DAYS }), { minLength: 2, maxLength: 6 }),
});

it('whatever two years bring, each table holds what is not too old yet, and all that is still needed', async () => {
  await fc.assert(
    fc.asyncProperty(history, async ({ rows, rollouts, runs }) => {
      await putSubscriptions(db.query);
      for (const { table } of Object.values(PUT)) await db.query(`DELETE FROM ${table}`);
      await putSubscriptions(db.query);
      const from = await store.now();
      const there: { what: Forgettable; name: string; at: number }[] = [];
      const past: PutRollout[] = [];
      let since = -1;
      for (const day of [...new Set([...runs, DAYS])].sort((a, b) => a - b)) {
        const now = from + day * DAY;
        for (const [what, at] of rows)
          if (at > since && at <= day * DAY)
            there.push({ what, at: from + at, name: await putOld(db.query, what, from + at) });
        // A rollout comes with its end: it is put when that is past, or never comes.
        for (const one of rollouts) {
          const comes = (one.startsOn + (one.endsAfter ?? 0)) * DAY;
          if (comes > since && comes <= day * DAY) past.push(await putRollout(db.query, from, one));
        }
        since = day * DAY;
        await db.uow.run((stores) =>
          stores.events.appendToInstallation({ type: 'source.removed', actor: 'test', data: { day } }),
        );
        const kept = await Promise.all(TABLES_KEPT.map((table) => countOf(table)));

        await tidy(now);

        for (const what of KINDS) {
          const { table, by } = PUT[what];
          const young = there.filter(
            (row) => row.what === what && row.at >= now - keptMs(what, DEFAULT_RETENTION),
          );
          const names = there.filter((row) => row.what === what).map(({ name }) => name);
          const left = await db.query<{ name: string }>(
            `SELECT ${by} AS name FROM ${table} WHERE ${by} = ANY ($1) ORDER BY 1`,
            [names],
          );
          expect([what, day, left.map(({ name }) => name).sort()]).toEqual([
            ...[what, day],
            young.map(({ name }) => name).sort(),
          ]);
        }
        for (const one of past) {
          const isOld = one.endedAt !== null && one.endedAt < now - DEFAULT_RETENTION.sampleMs;
          const its = `rollout_id = '${one.id}'`;
          expect(await countOf('sample', its)).toBe(isOld ? 0 : one.samples);
          expect(await countOf('text_pair', its)).toBe(isOld ? 0 : one.textPairs);
          // Both arms of the one step: one row of each, and the same sums.
          const isCompact = one.endedAt !== null && one.endedAt < now - DEFAULT_RETENTION.evidenceMs;
          expect(await countOf('evidence', its)).toBe(2 * (isCompact ? 1 : one.revisions));
          const sums =
            'SELECT sum(requests)::int AS requests, sum(errors)::int AS errors FROM evidence WHERE ';
          const triangle = one.revisions * (one.revisions + 1);
          expect(await db.query(sums + its)).toEqual([{ requests: triangle * 10, errors: triangle }]);
        }
        expect(await Promise.all(TABLES_KEPT.map((table) => countOf(table)))).toEqual(kept);

        await moveOldEvents(now);
        expect(await verifyAudit(db.uow, null)).toMatchObject({ intact: true });
      }
    }),
    { numRuns: 6 },
  );
  const here = await verifyAudit(db.uow, null);
  const files = await verifyExports(owner, place, key);
  expect({ here, files }).toMatchObject({ here: { intact: true }, files: { breaks: [] } });
  // Of every day that is over a year ago some have left; none of them twice, and none is lost.
  expect(here.detached).toBeGreaterThan(0);
  const written = here.heads.reduce((sum, { sequence }) => sum + sequence, 0);
  expect(here.events + here.detached).toBe(written);
});
