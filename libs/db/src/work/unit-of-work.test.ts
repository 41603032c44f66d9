import { expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { followWork } from '#libs/postgres';
import { typeOrmUnitOfWork } from './unit-of-work.ts';

const failed = (code: string): Error => Object.assign(new Error(code), { code });

/** A connection to a standby, as PostgreSQL answers there: it marks no claim, and what comes after that in it fails for it. */
function standby() {
  const seen = { attempts: 0 };
  let isAborted = false;
  const client = {
    query(asked: string | { readonly text: string }) {
      const text = typeof asked === 'string' ? asked : asked.text;
      if (text.startsWith('BEGIN')) [seen.attempts, isAborted] = [seen.attempts + 1, false];
      if (text === 'ROLLBACK') return Promise.resolve({ rows: [] });
      if (isAborted) return Promise.reject(failed('25P02'));
      isAborted = text.includes('UPDATE idempotency');
      return isAborted ? Promise.reject(failed('25006')) : Promise.resolve({ rows: [] });
    },
  };
  const createQueryRunner = () => {
    const manager = { getRepository: () => ({}), query: (text: string) => client.query(text) };
    const runner = { connect: () => Promise.resolve(client), release: () => Promise.resolve(), manager };
    Object.assign(manager, { queryRunner: runner });
    return runner;
  };
  return { seen, dataSource: { createQueryRunner } as unknown as DataSource };
}

it('work whose claim could not be marked failed for that, not for what followed: it is done once more, on another connection', async () => {
  const { seen, dataSource } = standby();
  const claim = { tokenId: 't', key: 'k', attempt: 'a' };
  const { begun } = followWork(claim, () => typeOrmUnitOfWork(dataSource).run((stores) => stores.now()));
  await expect(begun).rejects.toMatchObject({ code: '25006' });
  expect(seen.attempts).toBe(2);
});

it('so is work that has told a write whose answer nobody waits for, which failed for it as well', async () => {
  const { seen, dataSource } = standby();
  const claim = { tokenId: 't', key: 'k', attempt: 'a' };
  const work = () =>
    typeOrmUnitOfWork(dataSource).run(async (stores) => {
      await stores.models.claimName('told');
      return stores.now();
    });
  await expect(followWork(claim, work).begun).rejects.toMatchObject({ code: '25006' });
  expect(seen.attempts).toBe(2);
});
