import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openDataSource } from '#libs/db';
import { askWithin } from '../../libs/db/src/connection/bounded-ask.ts';
import { startApi, type TestApi } from '../support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  await api.call('POST', '/models', { name: 'm' });
  const tag = { name: 'm', key: 'long', value: 'a'.repeat(100_000) };
  expect((await api.call('POST', '/api/2.0/mlflow/registered-models/set-tag', tag)).status).toBe(200);
});
afterAll(() => api.close());

const MLFLOW = '/api/2.0/mlflow/registered-models/search';
/** Every list that takes a filter. */
const SEARCHES = ['/models', '/models/m/versions', MLFLOW];
const search = (path: string, filter: string) =>
  api.call('GET', `${path}?filter=${encodeURIComponent(filter)}`);

describe('patterns of a search', () => {
  it('are few and short, wherever a filter is taken', async () => {
    const patterns = fc.record({
      path: fc.constantFrom(...SEARCHES),
      key: fc.constantFrom('tags.long', 'tags.`long`'),
      comparator: fc.constantFrom('LIKE', 'ILIKE', 'like', 'iLike'),
      unit: fc.constantFrom('a', '%a', '_', '%', '%_', 'aé'),
      count: fc.integer({ min: 1, max: 13 }),
      length: fc.constantFrom(1, 20, 299, 300, 301, 400),
    });
    await fc.assert(
      fc.asyncProperty(patterns, async ({ path, key, comparator, unit, count, length }) => {
        fc.pre(count * length < 3_500);
        const pattern = unit.repeat(length).slice(0, length);
        const filter = Array.from({ length: count }, () => `${key} ${comparator} '${pattern}'`).join(' AND ');
        const { status } = await search(path, filter);
        const isBounded = count <= 10 && length <= 300;
        expect([filter, status]).toEqual([filter, isBounded ? 200 : path === MLFLOW ? 400 : 422]);
      }),
      { numRuns: 60 },
    );
  });

  it('are an expression that the database stops', async () => {
    const dataSource = await openDataSource(api.databaseUrl, 1);
    const timeout = async (): Promise<string | undefined> => {
      const [row] = await dataSource.query<{ timeout: string }[]>(
        `SELECT current_setting('statement_timeout') AS timeout`,
      );
      return row?.timeout;
    };
    try {
      const usual = await timeout();
      await expect(askWithin(dataSource.manager, 50, 'SELECT pg_sleep(60)', [])).rejects.toMatchObject({
        code: 'search_too_costly',
      });
      // The connection is given back as it was, and no later statement has that end.
      expect(await timeout()).toBe(usual);
      expect(await askWithin(dataSource.manager, 60_000, 'SELECT $1::int AS n', [7])).toEqual([{ n: 7 }]);
    } finally {
      await dataSource.destroy();
    }
  });
});
