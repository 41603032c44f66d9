import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { openDataSource, typeOrmUnitOfWork } from '#libs/db';
import type { Stores, UnitOfWork } from '#libs/engine';
import { startApi, type TestApi } from '../support/api.ts';
import { startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/*
 * Who starts a rollout looks whether one of a model that it consumes, or that consumes it, is under way: between the look and its
 * commit no such other may start. Models that have nothing to do with each other wait for nobody: before, all of an installation
 * started one after the other, and on a busy machine those that waited met the bound of a statement.
 */
let api: TestApi;
let server: TestModelServer;
let dataSource: DataSource;
let owner: pg.Client;
let uow: UnitOfWork;
const of: Record<string, { modelId: string; version: number }> = {};
beforeAll(async () => {
  api = await startApi();
  server = await startModelServer((_request, _body, response) => response.end('{}'));
  const register = async (name: string, upstreams: readonly string[]): Promise<void> => {
    const { status, body } = await api.call('POST', `/models/${name}/versions`, {
      ...{ createModel: true, rollout: false, servingUrl: server.url },
      upstreams: upstreams.map((model) => ({ model, version: 1 })),
    });
    expect([status, body['code']]).toEqual([201, undefined]);
  };
  await register('source', []);
  await register('reader', ['source']);
  await register('second-reader', ['source']);
  await register('other', []);
  dataSource = await openDataSource(api.databaseUrl);
  uow = typeOrmUnitOfWork(dataSource);
  owner = new pg.Client({ connectionString: api.databaseUrl });
  await owner.connect();
  for (const { id, name } of await dataSource.query<{ id: string; name: string }[]>(
    'SELECT id, name FROM model',
  ))
    of[name] = { modelId: id, version: 1 };
});
afterAll(async () => {
  await dataSource?.destroy();
  await owner?.end();
  await api.close();
  await server.stop();
});

type Exclude = (stores: Stores) => Promise<void>;
const one =
  (name: string): Exclude =>
  (stores) =>
    stores.relations.exclude(of[name] ?? { modelId: '', version: 0 });
const all: Exclude = (stores) => stores.relations.excludeAll();

/** @returns whether the second one had to wait for the end of the first one's transaction */
async function waits(first: Exclude, second: Exclude): Promise<boolean> {
  let wasHeld = true;
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  await new Promise<void>((holding, failed) => {
    uow
      .run(async (stores) => {
        await first(stores);
        holding();
        await held;
      })
      .catch(failed);
  });
  const other = uow.run(second).then(() => (wasHeld = false));
  // PostgreSQL says who waits, to the owner.
  for (let waiting = 0; wasHeld && waiting === 0;) {
    const { rowCount } = await owner.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'`,
    );
    waiting = rowCount ?? 0;
  }
  const waited = wasHeld;
  release();
  await other;
  return waited;
}

describe('who starts a rollout', () => {
  it.each([
    ['of a model that it consumes', 'source', 'reader', true],
    ['of a model that consumes it', 'reader', 'source', true],
    ['of the same model', 'source', 'source', true],
    ['of another consumer of the same model', 'reader', 'second-reader', true],
    ['of a model that has nothing to do with it', 'source', 'other', false],
    ['the same the other way round', 'other', 'reader', false],
  ])('waits for the start %s: %s, %s: %s', async (_what, first, second, waited) => {
    expect(await waits(one(first), one(second))).toBe(waited);
  });

  it.each([
    ['for a group', all, one('other')],
    ['as a group', one('other'), all],
    ['as a group for another one', all, all],
  ])('waits %s', async (_what, first, second) => {
    expect(await waits(first, second)).toBe(true);
  });
});
