import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { idempotencyStore, openDataSource, typeOrmUnitOfWork } from '#libs/db';
import { ensureModel, type IdempotencyStore, type KeyClaim, type UnitOfWork } from '#libs/engine';
import { followWork } from '#libs/postgres';
import { freshDatabase, type FreshDatabase } from '../support/databases/database.ts';

const BY = { actor: 'ann', authority: 'admin' } as const;
let database: FreshDatabase;
let dataSource: DataSource;
let keys: IdempotencyStore;
let uow: UnitOfWork;
beforeAll(async () => {
  database = await freshDatabase();
  dataSource = await openDataSource(database.url);
  keys = idempotencyStore(dataSource, 86_400_000);
  uow = typeOrmUnitOfWork(dataSource);
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

const attempt = (key: string, tokenId = '00000000-0000-4000-8000-000000000001'): KeyClaim => ({
  ...{ tokenId, key, attempt: randomUUID() },
});
const age = (key: string, seconds: number): Promise<unknown> =>
  dataSource.query(
    `UPDATE idempotency SET claimed_at = claimed_at - make_interval(secs => $2) WHERE key = $1`,
    [key, seconds],
  );
/** What a request does: it makes a model of its key's name. @param within is called before its commit */
const work = (claim: KeyClaim, within: () => Promise<unknown> = () => Promise.resolve()) =>
  followWork(claim, () =>
    uow.run(async (stores) => {
      await ensureModel(stores, claim.key, BY);
      await within();
    }),
  ).begun;
const made = async (name: string): Promise<number> =>
  (await dataSource.query<object[]>('SELECT 1 FROM model WHERE name = $1', [name])).length;

it('a claim that nobody renews is taken over, and whoever had it commits nothing any more', async () => {
  const [first, second] = [attempt('dead'), attempt('dead')];
  expect(await keys.claim(first, 'hash')).toEqual({ kind: 'new' });
  expect(await keys.claim(second, 'hash')).toEqual({ kind: 'in_flight' });
  await age('dead', 16);
  expect(await keys.claim(second, 'hash')).toEqual({ kind: 'new' });
  await expect(work(first)).rejects.toMatchObject({ code: 'idempotency_in_flight' });
  expect(await made('dead')).toBe(0);
  await work(second);
  expect(await made('dead')).toBe(1);
});

it('one that is renewed is not, nor one whose transaction is under way, nor one of an older build within its minute', async () => {
  const [slow, other] = [attempt('slow'), attempt('slow')];
  await keys.claim(slow, 'hash');
  await age('slow', 16);
  await keys.renew([slow, attempt('slow'), attempt('nobody')]);
  expect(await keys.claim(other, 'hash')).toEqual({ kind: 'in_flight' });
  await age('slow', 16);
  let meanwhile: unknown = null;
  await work(slow, async () => (meanwhile = await keys.claim(other, 'hash')));
  expect([meanwhile, await made('slow')]).toEqual([{ kind: 'in_flight' }, 1]);

  const older = attempt('older');
  await keys.claim(older, 'hash');
  await dataSource.query(`UPDATE idempotency SET body = body - 'renewed' WHERE key = 'older'`);
  await age('older', 16);
  expect(await keys.claim(attempt('older'), 'hash')).toEqual({ kind: 'in_flight' });
  await age('older', 45);
  expect(await keys.claim(attempt('older'), 'hash')).toEqual({ kind: 'new' });
});

it('what was committed is never done again: its answer is waited for, and then said to be lost', async () => {
  const first = attempt('kept');
  await keys.claim(first, 'hash');
  await work(first);
  await keys.release(first, { unlessKept: true });
  await age('kept', 16);
  expect(await keys.claim(attempt('kept'), 'hash')).toEqual({ kind: 'in_flight' });
  await age('kept', 15);
  expect(await keys.claim(attempt('kept'), 'hash')).toEqual({ kind: 'answer_lost' });
  // It was only late.
  await keys.answer(first, 201, { made: 1 });
  expect(await keys.claim(attempt('kept'), 'hash')).toEqual({
    ...{ kind: 'answered', status: 201, body: { made: 1 } },
  });
});

it('the key of work that was undone is free at once', async () => {
  const first = attempt('undone');
  await keys.claim(first, 'hash');
  await expect(work(first, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await keys.release(first, { unlessKept: true });
  expect(await keys.claim(attempt('undone'), 'hash')).toEqual({ kind: 'new' });
});
