import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { endProcessesOf } from './end-user-processes.ts';
import { claimUser, isClaimed, releaseUser } from './server-users.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-users-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Beyond the usual range: where nobody awaits the dead, users that other tests gave to servers stay taken. */
const range = { first: 62_000, last: 62_004 };
const owner = (name: string) => ({ recordFile: path.join(folder, 'records', name) });

describe('users of model servers', () => {
  it('are given to one server each, also when many ask at once, and until there is none left', async () => {
    const given = await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map((name) => claimUser(range, owner(name), folder)),
    );
    expect(given.toSorted()).toEqual([62_000, 62_001, 62_002, 62_003, 62_004]);
    await expect(claimUser(range, owner('f'), folder)).rejects.toMatchObject({ code: 'no_user_left' });
    await releaseUser(given[2] ?? 0, owner('a'), folder); // not its own
    await expect(claimUser(range, owner('f'), folder)).rejects.toMatchObject({ code: 'no_user_left' });
    await releaseUser(given[2] ?? 0, owner('c'), folder);
    expect(await claimUser(range, owner('f'), folder)).toBe(given[2]);
    expect(await isClaimed(given[2] ?? 0, owner('c'), folder)).toBe(false);
    expect(await isClaimed(given[2] ?? 0, owner('f'), folder)).toBe(true);
  });

  it('are free again when whoever had them is gone for an hour', async () => {
    const one = { first: 62_000, last: 62_000 };
    await claimUser(one, owner('gone'), folder);
    const file = path.join(folder, (await readdir(folder))[0] ?? '');
    await expect(claimUser(one, owner('b'), folder)).rejects.toMatchObject({ code: 'no_user_left' });
    const longAgo = new Date(Date.now() - 2 * 3_600_000);
    await utimes(file, longAgo, longAgo);
    expect(await claimUser(one, owner('b'), folder)).toBe(62_000);
  });

  it('stay whose they are while a record says so', async () => {
    const one = { first: 62_000, last: 62_000 };
    const record = path.join(folder, 'record.json');
    await writeFile(record, '{}');
    await claimUser(one, { recordFile: record }, folder);
    const longAgo = new Date(Date.now() - 2 * 3_600_000);
    await utimes(path.join(folder, '62000.json'), longAgo, longAgo);
    await expect(claimUser(one, owner('b'), folder)).rejects.toMatchObject({ code: 'no_user_left' });
  });

  it.each([0, 1, 999, NaN, -1])('are never those of the system (%p)', async (uid) => {
    await expect(endProcessesOf(uid)).rejects.toThrow('not a user of model servers');
  });
});
