import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { identify, isSame, type ProcessIdentity, serverRecordFile, writeServerRecord } from '#libs/processes';
import { lockHome } from '../../apps/allinone/src/home-lock.ts';
import { endLeftoverServers } from '../../apps/allinone/src/leftover-servers.ts';

/** Data folders that are copied, moved and restored: each PostgreSQL is its own folder's, and no other is touched. */
interface Running {
  readonly starter: ChildProcess;
  readonly url: string;
  readonly pid: number;
  readonly data: string;
}
interface Refused {
  readonly code: string;
  readonly detail: string;
}

let base: string;
/** A data folder with a database that has ended, to begin from a copy of. */
let template: string;
const children: ChildProcess[] = [];
const clusters = new Set<string>();

beforeAll(async () => {
  template = await mkdtemp(path.join(tmpdir(), 'understudy-template-'));
  await chmod(template, 0o711);
  await end((await start(template)).starter, 'SIGTERM');
  clusters.clear();
}, 60_000);
afterAll(() => rm(template, { recursive: true, force: true }));
beforeEach(async () => {
  base = await mkdtemp(path.join(tmpdir(), 'understudy-folders-'));
  await chmod(base, 0o711);
});
afterEach(async () => {
  for (const child of children.splice(0)) await end(child, 'SIGTERM');
  for (const data of clusters) await rm(data, { recursive: true, force: true });
  clusters.clear();
  await rm(base, { recursive: true, force: true });
});

async function tryStart(home: string): Promise<Running | Refused> {
  const starter = spawn(process.execPath, ['test/support/embedded-postgres.mjs', home], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(starter);
  const line = await new Promise<string>((resolve) => {
    const lines = createInterface(starter.stdout);
    lines.once('line', resolve);
    lines.once('close', () => resolve('{}'));
  });
  const said = JSON.parse(line) as Running | Refused;
  if ('url' in said) clusters.add(said.data);
  return { ...said, starter };
}
async function start(home: string): Promise<Running> {
  const said = await tryStart(home);
  if (!('url' in said)) throw new Error(JSON.stringify(said));
  return said;
}
async function refusal(home: string): Promise<Refused> {
  const said = await tryStart(home);
  expect(said).toMatchObject({ code: expect.any(String) });
  return said as Refused;
}
async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await ended;
}
async function ask(url: string, sql: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ word: string }>(sql);
  await client.end();
  return rows.map(({ word }) => word);
}
const write = (url: string, word: string): Promise<string[]> =>
  ask(url, `CREATE TABLE IF NOT EXISTS told (word text); INSERT INTO told VALUES ('${word}')`).catch(
    () => [],
  );
const told = (url: string): Promise<string[]> => ask(url, 'SELECT word FROM told ORDER BY word');
const identityOf = (pid: number): ProcessIdentity => {
  const identity = identify(pid);
  if (!identity) throw new Error(`no process ${pid}`);
  return identity;
};
const copy = (from: string, to: string): void => cpSync(from, to, { recursive: true });
/** Ends the one who started it only: PostgreSQL runs on, as after a `kill -9` of `npm start`. */
const orphan = ({ starter }: Running): Promise<void> => end(starter, 'SIGKILL');

const ROOT = process.getuid?.() === 0;
/** The mode of the data folder: as root, PostgreSQL's files are elsewhere where it is closed. */
describe.each([['within the data folder', 0o711], ...(ROOT ? [['elsewhere', 0o700] as const] : [])] as const)(
  'a database %s',
  (_where, mode) => {
    let [home, other] = ['', ''];
    beforeEach(async () => {
      [home, other] = [path.join(base, 'home'), path.join(base, 'other')];
      copy(template, home);
      await chmod(home, mode);
    });
    /** A copy of the data folder, and of the database where that is elsewhere: the mend that the refusal names. */
    const copyWithDatabase = (running: { readonly data: string }): void => {
      copy(home, other);
      if (!running.data.startsWith(home)) copy(running.data, path.join(other, 'postgres'));
    };

    it('whose folder is copied while it runs goes on, and the copy says what to do', async () => {
      const original = await start(home);
      await write(original.url, 'original');
      const identity = identityOf(original.pid);
      copy(home, other);
      expect((await refusal(other)).code).toMatch(/^postgres_(copied_while_running|of_another)$/);
      await rm(other, { recursive: true });
      copyWithDatabase(original);
      expect((await refusal(other)).code).toBe('postgres_copied_while_running');
      expect([isSame(identity), await told(original.url)]).toEqual([true, ['original']]);
      // Not later either, when nothing runs any more.
      await end(original.starter, 'SIGTERM');
      const { code, detail } = await refusal(other);
      expect([code, detail]).toEqual([
        'postgres_copied_while_running',
        expect.stringContaining('postmaster.pid'),
      ]);
      expect(await told((await start(home)).url)).toEqual(['original']);
    }, 120_000);

    it('that had ended is copied: both run, each with its own data', async () => {
      const first = await start(home);
      await write(first.url, 'before');
      await end(first.starter, 'SIGTERM');
      copyWithDatabase(first);
      const [original, copied] = [await start(home), await start(other)];
      expect(copied.data).not.toBe(original.data);
      await write(original.url, 'original');
      await write(copied.url, 'copy');
      expect([await told(original.url), await told(copied.url)]).toEqual([
        ['before', 'original'],
        ['before', 'copy'],
      ]);
      await end(original.starter, 'SIGTERM');
      await end(copied.starter, 'SIGTERM');
      expect([await told((await start(other)).url), await told((await start(home)).url)]).toEqual([
        ['before', 'copy'],
        ['before', 'original'],
      ]);
    }, 120_000);

    it('is moved with its folder, after an end and after a kill', async () => {
      const first = await start(home);
      await write(first.url, 'kept');
      await end(first.starter, 'SIGTERM');
      await rename(home, other);
      const second = await start(other);
      expect(await told(second.url)).toEqual(['kept']);
      await orphan(second);
      await rename(other, home);
      const third = await start(home);
      expect([third.pid === second.pid, identify(second.pid), await told(third.url)]).toEqual([
        false,
        null,
        ['kept'],
      ]);
    }, 120_000);

    it('that another start holds is left alone, and the second says who holds it', async () => {
      const first = await start(home);
      const { code, detail } = await refusal(home);
      expect([code, detail]).toEqual([
        'postgres_in_use',
        expect.stringContaining(`pid ${first.starter.pid}`),
      ]);
      await write(first.url, 'held');
      expect(await told(first.url)).toEqual(['held']);
    }, 60_000);

    it('starts where its pid is another process’s by now, which goes on', async () => {
      const first = await start(home);
      await write(first.url, 'kept');
      copy(template, path.join(base, 'neighbour'));
      const neighbour = await start(path.join(base, 'neighbour'));
      const passerBy = spawn('sleep', ['600']);
      children.push(passerBy);
      for (const pid of [passerBy.pid, neighbour.pid]) {
        await end(first.starter, 'SIGTERM');
        const file = path.join(first.data, 'postmaster.pid');
        writeFileSync(
          file,
          `${pid}\n${first.data}\n1700000000\n5432\n\n127.0.0.1\n        1         1\nready   \n`,
        );
        const identity = identityOf(pid ?? 0);
        const next = await start(home);
        expect([isSame(identity), await told(next.url)]).toEqual([true, ['kept']]);
        await end(next.starter, 'SIGTERM');
      }
      expect(await ask(neighbour.url, `SELECT 'here' AS word`)).toEqual(['here']);
    }, 120_000);

    it('that is gone is not replaced by an empty one', async () => {
      const first = await start(home);
      await end(first.starter, 'SIGTERM');
      await rename(first.data, path.join(base, 'aside'));
      const { code, detail } = await refusal(home);
      expect([code, detail]).toEqual(['postgres_gone', expect.stringContaining(path.join(home, 'postgres'))]);
      await rename(path.join(base, 'aside'), path.join(home, 'postgres'));
      await start(home);
    }, 60_000);
  },
);

describe('what else lies in a data folder', () => {
  it('is not taken for the copy’s own: neither the lock nor the servers’ records', async () => {
    const [home, other] = [path.join(base, 'home'), path.join(base, 'other')];
    const release = lockHome(home);
    const server = spawn('sleep', ['600'], { detached: true });
    children.push(server);
    const identity = identityOf(server.pid ?? 0);
    const folder = path.join(base, 'servers-folder');
    await mkdir(folder);
    const record = { process: identity, url: 'http://127.0.0.1:1', folder };
    await writeServerRecord(serverRecordFile(home, 'm@1'), record);
    copy(home, other);

    expect(() => lockHome(home)).toThrow(`runs already with the data in ${home} (pid ${process.pid})`);
    const releaseOther = lockHome(other);
    await endLeftoverServers(other);
    expect([isSame(identity), existsSync(folder)]).toEqual([true, true]);
    releaseOther();
    release();
    // A folder that is moved keeps both.
    await rm(other, { recursive: true });
    await rename(home, other);
    await endLeftoverServers(other);
    expect([isSame(identity), existsSync(folder)]).toEqual([false, false]);
  });

  it('a lock goes with its folder, and only its own is given back', async () => {
    const [home, other] = [path.join(base, 'home'), path.join(base, 'other')];
    const release = lockHome(home);
    await rename(home, other);
    expect(() => lockHome(other)).toThrow(`runs already with the data in ${other}`);
    await mkdir(home);
    const lock = path.join(home, 'running.json');
    writeFileSync(lock, JSON.stringify({ pid: 1, startedAt: 'ticks 1' }));
    release();
    expect(existsSync(lock)).toBe(true);
    lockHome(home)();
    expect(existsSync(lock)).toBe(false);
  });
});
