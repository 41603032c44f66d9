import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openDataSource, typeOrmUnitOfWork } from '#libs/db';
import { verifyAudit } from '#libs/engine';
import { register } from '../support/builders.ts';
import { freshUnitOfWork } from '../support/databases/database.ts';

let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
beforeEach(async () => {
  db = await freshUnitOfWork();
  for (const model of ['m', 'n'])
    for (let i = 0; i < 3; i++) await register(db.uow, model, { rollout: false });
  for (let i = 0; i < 3; i++)
    await db.uow.run((stores) =>
      stores.events.appendToInstallation({ type: 'token.issued', actor: 'token:admin', data: { i } }),
    );
});
afterEach(() => db.close());

const OF_M = `model_id = (SELECT id FROM model WHERE name = 'm')`;
const OF_INSTALLATION = `model_id = '00000000-0000-0000-0000-000000000000'`;

describe("the application's role", () => {
  it.each([
    `UPDATE event SET actor = 'x'`,
    'DELETE FROM event',
    'TRUNCATE event',
    'ALTER TABLE event DISABLE TRIGGER ALL',
    'DROP TRIGGER event_append_only ON event',
    'DROP TABLE event',
    `INSERT INTO migrations (timestamp, name) VALUES (1, 'x')`,
    `CREATE TABLE mine (x int)`,
  ])('may not: %s', async (sql) => {
    await expect(db.query(sql)).rejects.toThrow(/permission denied|must be owner|no privileges/);
  });

  it('is the one that the application has', async () => {
    expect(await db.query('SELECT current_user AS role')).toEqual([{ role: 'understudy_app' }]);
    await expect(db.query(`SELECT 1 FROM event`)).resolves.not.toHaveLength(0);
  });
});

describe('a login that is no more than the role', () => {
  it('works, and cannot become anything else', async () => {
    const login = `login_${randomBytes(4).toString('hex')}`;
    await db.asOwner(`CREATE ROLE ${login} LOGIN PASSWORD 'of a test' IN ROLE understudy_app`);
    const url = new URL(db.url);
    [url.username, url.password] = [login, encodeURIComponent('of a test')];
    const dataSource = await openDataSource(url.href, 1);
    try {
      await register(typeOrmUnitOfWork(dataSource), 'm', { rollout: false });
      for (const sql of ['RESET ROLE', 'SET ROLE NONE']) {
        await dataSource.query(sql);
        await expect(dataSource.query('DELETE FROM event')).rejects.toThrow(/permission denied/);
      }
      await expect(dataSource.query(`SET ROLE ${new URL(db.url).username}`)).rejects.toThrow(
        /permission denied/,
      );
    } finally {
      await dataSource.destroy();
      await db.asOwner(`DROP ROLE ${login}`);
    }
  });
});

describe('the record', () => {
  it('is intact as long as nobody touches it', async () => {
    const report = await verifyAudit(db.uow, null);
    expect(report).toMatchObject({ intact: true, models: 3, breaks: [] });
    expect(report.events).toBeGreaterThan(10);
  });

  it.each([
    ['actor', `UPDATE event SET actor = 'x' WHERE ${OF_M} AND sequence = 2`, 'm', 2],
    ['data', `UPDATE event SET data = data || '{"x": 1}' WHERE ${OF_M} AND sequence = 1`, 'm', 1],
    ['time', `UPDATE event SET at = at + interval '1 ms' WHERE ${OF_M} AND sequence = 3`, 'm', 3],
    ['type', `UPDATE event SET type = 'x' WHERE ${OF_INSTALLATION} AND sequence = 1`, '', 1],
    ['a hash', `UPDATE event SET hash = repeat('0', 64) WHERE ${OF_M} AND sequence = 2`, 'm', 2],
    ['the first dropped', `DELETE FROM event WHERE ${OF_M} AND sequence = 1`, 'm', 2],
    ['one dropped', `DELETE FROM event WHERE ${OF_M} AND sequence = 2`, 'm', 3],
    ['the last dropped', `DELETE FROM event WHERE ${OF_M} AND sequence = 4`, 'm', 3],
    ['all dropped', `DELETE FROM event WHERE ${OF_M}`, 'm', 0],
    [
      'the last of the installation dropped',
      `DELETE FROM event WHERE ${OF_INSTALLATION} AND sequence = 3`,
      '',
      2,
    ],
    [
      'two swapped',
      `UPDATE event SET sequence = 99 WHERE ${OF_M} AND sequence = 2;
       UPDATE event SET sequence = 2 WHERE ${OF_M} AND sequence = 3;
       UPDATE event SET sequence = 3 WHERE ${OF_M} AND sequence = 99`,
      'm',
      2,
    ],
    [
      'one moved to another model',
      `UPDATE event SET model_id = (SELECT id FROM model WHERE name = 'n'), sequence = 5 WHERE ${OF_M} AND sequence = 4`,
      'n',
      5,
    ],
  ])('shows it: %s', async (_what, sql, model, sequence) => {
    await db.asOwner(`ALTER TABLE event DISABLE TRIGGER ALL; ${sql}; ALTER TABLE event ENABLE TRIGGER ALL`);
    const report = await verifyAudit(db.uow, null);
    expect(report.intact).toBe(false);
    expect(report.breaks).toContainEqual(expect.objectContaining({ model, sequence }));
  });

  it("shows a deleted model's too", async () => {
    await db.query(`UPDATE model SET name = 'deleted/' || id, deleted_at = now() WHERE name = 'm'`);
    await db.asOwner(
      `ALTER TABLE event DISABLE TRIGGER ALL; UPDATE event SET actor = 'x' WHERE model_id = (SELECT id FROM model WHERE deleted_at IS NOT NULL) AND sequence = 2`,
    );
    const { breaks } = await verifyAudit(db.uow, null);
    expect(breaks).toEqual([
      expect.objectContaining({ model: expect.stringMatching(/^deleted/), sequence: 2 }),
    ]);
  });
});
