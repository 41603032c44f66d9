import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import pg from 'pg';
import { detachNext, folderPlace, makeExport, verifyExports } from '#libs/event-exports';
import { register } from '../support/builders.ts';
import { freshUnitOfWork } from '../support/databases/database.ts';

/* What becomes of exports where their folder vanishes, has something else in it, or clocks are set. */
const { privateKey: key } = generateKeyPairSync('ed25519');
const DAY_MS = 86_400_000;
let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
let owner: pg.Client;
let home: string;
let folder: string;
beforeEach(async () => {
  db = await freshUnitOfWork();
  owner = new pg.Client({ connectionString: db.url });
  await owner.connect();
  home = await mkdtemp(path.join(tmpdir(), 'understudy-places-'));
  folder = path.join(home, 'exports');
  for (let i = 0; i < 8; i++) await register(db.uow, 'm', { rollout: false });
});
afterEach(async () => {
  await owner.end();
  await db.close();
  await rm(home, { recursive: true, force: true });
});

const inAnHour = (): number => Date.now() + 3_600_000;
const next = (to = folder, before = inAnHour(), client: pg.Client = owner) =>
  makeExport(client, { place: folderPlace(to), key, before, most: 3 });
const intact = async (): Promise<boolean> => {
  const { breaks, unknown } = await verifyExports(owner, folderPlace(folder), key);
  return breaks.length === 0 && unknown.length === 0;
};

it('a folder that is not mounted is not written to: files go on where they were', async () => {
  expect(await next()).toMatchObject({ file: 'events-000001.jsonl' });
  await rename(folder, path.join(home, 'away'));
  await expect(next()).rejects.toMatchObject({
    code: 'export_missing',
    detail: expect.stringMatching(/events-000001\.jsonl .* is its disk mounted.*Bring the files back/),
  });
  expect(existsSync(folder)).toBe(false);
  await rename(path.join(home, 'away'), folder);
  expect(await next()).toMatchObject({ file: 'events-000002.jsonl' });
  expect(await intact()).toBe(true);
  // To another place on purpose.
  expect(await next(path.join(home, 'other'))).toMatchObject({ file: 'events-000003.jsonl' });
});

it('half a file of somebody else is told with what to do, and what a killed run left in parts is written anew', async () => {
  await next();
  const second = path.join(folder, 'events-000002.jsonl');
  await writeFile(`${second}.part`, 'half');
  const whole = await readFile(path.join(folder, 'events-000001.jsonl'));
  await writeFile(second, whole.subarray(0, whole.length / 2));
  await expect(next()).rejects.toMatchObject({
    code: 'export_damaged',
    detail: expect.stringMatching(/events-000002\.jsonl.*move the file away, and export again/),
  });
  await rename(second, `${second}.bad`);
  expect(await next()).toMatchObject({ file: 'events-000002.jsonl', takenUp: false });
  expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
});

it('of two runs at once one works, and the other one is told', async () => {
  const other = new pg.Client({ connectionString: db.url });
  await other.connect();
  try {
    const runs = await Promise.allSettled([next(), next(folder, inAnHour(), other)]);
    const said = runs.map((run) => (run.status === 'fulfilled' ? run.value.file : run.reason.code)).sort();
    expect([
      ['events-000001.jsonl', 'exports_under_way'],
      ['events-000001.jsonl', 'events-000002.jsonl'],
    ]).toContainEqual(said);
  } finally {
    await other.end();
  }
  while ((await next()).file !== null);
  expect(await intact()).toBe(true);
});

it('a clock that was ahead has events written too early: they do not leave before their time; one that is set back holds exports up, and breaks none', async () => {
  expect(await next()).toMatchObject({ file: 'events-000001.jsonl' });
  expect(await next(folder, Date.now() - 40 * DAY_MS)).toMatchObject({ file: null });
  const place = folderPlace(folder);
  await expect(detachNext(owner, place, key, Date.now() - 31 * DAY_MS)).rejects.toMatchObject({
    code: 'events_too_young',
  });
  expect(await next()).toMatchObject({ file: 'events-000002.jsonl' });
  expect(await intact()).toBe(true);
  expect(await detachNext(owner, place, key, inAnHour())).toMatchObject({ file: 'events-000001.jsonl' });
});
