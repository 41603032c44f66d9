import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ArtifactStore } from '#libs/artifacts';
import { restoreBackup, takeBackup } from '#libs/backup';
import { migrate, MIGRATION_NAMES, openDataSource } from '#libs/db';
import { type FreshDatabase, freshDatabase, onServer } from '../support/databases/database.ts';

const KEY = randomBytes(32);
let folder: string;
let source: FreshDatabase;
let target: FreshDatabase;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-backup-'));
  source = await freshDatabase();
  target = await freshDatabase({ migrated: false });
  await onServer(
    `INSERT INTO setting (name, value) SELECT 'filler ' || n, repeat(md5(n::text), 3000) FROM generate_series(1, 100) AS n`,
    source.url,
  );
});
afterAll(async () => {
  await source.drop();
  await target.drop();
  await rm(folder, { recursive: true, force: true });
});

/** A database whose operator allows nobody more than half a second. */
const impatient = async (url: string): Promise<void> => {
  for (const name of ['statement_timeout', 'idle_in_transaction_session_timeout'])
    await onServer(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET ${name} = 500`, url);
};
async function taken(artifactFolder: string | null, pauseMs = 0): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of takeBackup({ databaseUrl: source.url, key: KEY, artifactFolder })) {
    if (chunks.length < 4) await sleep(pauseMs);
    chunks.push(chunk);
  }
  return chunks;
}
const restored = (chunks: readonly Buffer[], pauseMs = 0) => {
  async function* slowly(): AsyncGenerator<Buffer> {
    for (const [i, chunk] of chunks.entries()) {
      if (i % 40 === 0) await sleep(pauseMs);
      yield chunk;
    }
  }
  return restoreBackup(slowly(), {
    databaseUrl: target.url,
    keys: [KEY],
    artifacts: new ArtifactStore(folder, Number.MAX_SAFE_INTEGER),
    known: MIGRATION_NAMES,
    migrateTo: (names) => migrate(target.url, names),
  });
};

it('artifacts that cannot be read are no artifacts that are not there', async () => {
  const uploads = path.join(folder, 'uploads');
  expect((await taken(uploads)).length).toBeGreaterThan(0); // nobody has uploaded anything yet
  await mkdir(uploads);
  // Not a folder: as unreadable as one without rights, for root too.
  await writeFile(path.join(uploads, 'sha256'), '');
  await expect(taken(uploads)).rejects.toMatchObject({ code: 'artifacts_unreadable' });
});

it('slow disks and pipes have the time they need, whatever the operator allows a statement', async () => {
  await impatient(source.url);
  await impatient(target.url);
  const chunks = await taken(null, 800);
  const running = await openDataSource(target.url, 1);
  await running.query('SELECT 1');
  await expect(restored(chunks)).rejects.toMatchObject({
    code: 'database_in_use',
    detail: expect.stringMatching(/understudy \(1\)/),
  });
  await running.destroy();
  expect(await restored(chunks, 800)).toMatchObject({ models: 0 });
  const settled = await openDataSource(target.url, 1);
  const [row] = await settled.query<{ n: number }[]>('SELECT count(*)::int AS n FROM setting');
  expect(row?.n).toBeGreaterThanOrEqual(100);
  await settled.destroy();
}, 120_000);
