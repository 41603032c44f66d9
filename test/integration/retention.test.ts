import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { idempotencyStore, openDataSource, retentionStore } from '#libs/db';
import {
  DEFAULT_RETENTION,
  type Forgettable,
  forgetOld,
  keptMs,
  KINDS,
  type RetentionStore,
} from '#libs/engine';
import { freshUnitOfWork } from '../support/databases/database.ts';
import { PUT, putOld, putSubscriptions } from '../support/databases/old-rows.ts';

const DAY = 86_400_000;
const RETENTION = DEFAULT_RETENTION;

let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
let dataSource: Awaited<ReturnType<typeof openDataSource>>;
let store: RetentionStore;
beforeAll(async () => {
  db = await freshUnitOfWork();
  // As the worker: by the role that cannot touch the record.
  dataSource = await openDataSource(db.url, 2);
  store = retentionStore(dataSource);
});
afterAll(async () => {
  await dataSource.destroy();
  await db.close();
});

const put = (what: Forgettable, at: number): Promise<string> => putOld(db.query, what, at);
const isThere = async (what: Forgettable, name: string): Promise<boolean> =>
  (await db.query(`SELECT 1 FROM ${PUT[what].table} WHERE ${PUT[what].by} = $1`, [name])).length > 0;

beforeEach(() => putSubscriptions(db.query));

describe('what grows by time', () => {
  it('leaves a process that only brings what others have counted for as long as it reports', async () => {
    const gateway = `brings-${randomUUID()}`;
    const found = () => db.query('SELECT seen_at FROM gateway WHERE id = $1', [gateway]);
    const claim = { gateway, boot: 'b', sequence: 1, serves: false };
    await db.uow.run((stores) => stores.evidence.claimBatch(claim));
    await forgetOld(store, RETENTION, await store.now());
    const [row] = (await found()) as { seen_at: unknown }[];
    // A time that a reader of before, too, takes for one of long ago.
    expect(row?.seen_at).toEqual(new Date(0));
    await db.query("UPDATE gateway SET seen_at = '-infinity' WHERE id = $1", [gateway]);
    await db.uow.run((stores) => stores.evidence.claimBatch({ ...claim, sequence: 2 }));
    expect(await found()).toEqual([{ seen_at: new Date(0) }]);
    const later = (await store.now()) + keptMs('silent_gateway', RETENTION) + 120_000;
    await forgetOld(store, RETENTION, later);
    expect(await found()).toEqual([]);
  });

  it('goes when it is older than it is kept, and not a moment before', async () => {
    const ages = fc.array(fc.tuple(fc.constantFrom(...KINDS), fc.integer({ min: 0, max: 400 * DAY })), {
      minLength: 1,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(ages, fc.integer({ min: 0, max: 200 * DAY }), async (rows, later) => {
        const now = (await store.now()) + later;
        const edges = KINDS.flatMap((what): (readonly [Forgettable, number])[] => [
          [what, keptMs(what, RETENTION) - 1],
          [what, keptMs(what, RETENTION) + 1],
        ]);
        const names: [Forgettable, number, string][] = [];
        for (const [what, age] of [...rows, ...edges]) names.push([what, age, await put(what, now - age)]);
        await forgetOld(store, RETENTION, now);
        for (const [what, age, name] of names)
          expect([what, age, await isThere(what, name)]).toEqual([what, age, age <= keptMs(what, RETENTION)]);
      }),
      { numRuns: 25 },
    );
  });

  it('goes batch by batch, however much it is, and leaves the record alone', async () => {
    await db.uow.run((stores) =>
      stores.events.appendToInstallation({ type: 'source.removed', actor: 'test', data: {} }),
    );
    const [before] = await db.query<{ count: string }>('SELECT count(*) FROM event');
    const now = (await store.now()) + 1_000 * DAY;
    await db.query('DELETE FROM idempotency');
    await db.query(
      `INSERT INTO idempotency (token_id, key, request_hash, claimed_at)
       SELECT gen_random_uuid(), 'many', '', clock_timestamp() FROM generate_series(1, 4500)`,
    );
    expect(await store.forget('idempotency', now, 1_000)).toBe(1_000);
    const { gone } = await forgetOld(store, RETENTION, now);
    expect(gone['idempotency']).toBe(3_500);
    expect(await db.query('SELECT count(*) FROM event')).toEqual([before]);
  });

  it('a delivery that carries no time is known as long as its secret could sign it', async () => {
    const now = await store.now();
    const source = (name: string, at: number) =>
      db.query(
        `INSERT INTO webhook_source (name, kind, secret, models, created_at) VALUES ($1, 'github', '', '{}', $2)`,
        [name, new Date(at)],
      );
    const of = (name: string, identity: string) =>
      db.query(
        `INSERT INTO webhook_delivery (source, identity, answer, received_at) VALUES ($1, $2, '{}', $3)`,
        [...[name, identity], new Date(now - 400 * DAY)],
      );
    await source('since ever', now - 500 * DAY);
    await source('made anew', now - 100 * DAY);
    const digest = 'ab'.repeat(32);
    for (const name of ['since ever', 'made anew', 'removed']) {
      await of(name, digest);
      await of(name, 'run 1 2 3');
    }
    await forgetOld(store, RETENTION, now);
    expect(
      await db.query(`SELECT source, identity FROM webhook_delivery WHERE received_at < $1`, [
        new Date(now - 91 * DAY),
      ]),
    ).toEqual([{ source: 'since ever', identity: digest }]);
  });
});

it('a key is answered as the first time for as long as it is kept, and is new afterwards', async () => {
  const keys = idempotencyStore(dataSource, RETENTION.idempotencyMs);
  const claim = { tokenId: randomUUID(), key: 'k', attempt: randomUUID() };
  const age = (days: number) =>
    db.query(
      `UPDATE idempotency SET claimed_at = clock_timestamp() - make_interval(days => $1) WHERE key = 'k'`,
      [days],
    );
  expect(await keys.claim(claim, 'hash')).toEqual({ kind: 'new' });
  await keys.answer(claim, 201, { made: 1 });
  await age(6);
  await forgetOld(store, RETENTION, await store.now());
  expect(await keys.claim(claim, 'hash')).toEqual({ kind: 'answered', status: 201, body: { made: 1 } });
  await age(8);
  expect(await keys.claim(claim, 'hash')).toEqual({ kind: 'new' });
  await age(8);
  await forgetOld(store, RETENTION, await store.now());
  expect(await db.query(`SELECT 1 FROM idempotency WHERE key = 'k'`)).toEqual([]);
});
