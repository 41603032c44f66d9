import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { writeBackup } from './backup-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-backup-file-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function* content(letter: string, pieces: number): AsyncGenerator<Buffer, string> {
  for (let i = 0; i < pieces; i++) {
    await turn();
    yield Buffer.from(letter.repeat(1_000));
  }
  return letter;
}

it('removes what a killed backup has left, and leaves what somebody writes', async () => {
  const file = path.join(folder, 'x.backup');
  // No process has it: the greatest that Linux gives is 4194304.
  for (const name of [
    'x.backup.4999999.part',
    `x.backup.${process.ppid}.part`,
    'y.backup.4999999.part',
    'x.backup',
  ])
    await writeFile(path.join(folder, name), 'old');
  await writeBackup(file, content('a', 3));
  expect((await readdir(folder)).sort()).toEqual([
    'x.backup',
    `x.backup.${process.ppid}.part`,
    'y.backup.4999999.part',
  ]);
  expect(await readFile(file, 'utf8')).toBe('a'.repeat(3_000));
});

it('one that fails leaves the older backup as it was, and no part', async () => {
  const file = path.join(folder, 'x.backup');
  await writeFile(file, 'old');
  async function* failing(): AsyncGenerator<Buffer, string> {
    yield* content('a', 2);
    throw new Error('the database went away');
  }
  await expect(writeBackup(file, failing())).rejects.toThrow('the database went away');
  expect(await readFile(file, 'utf8')).toBe('old');
  expect(await readdir(folder)).toEqual(['x.backup']);
  await expect(writeBackup(path.join(folder, 'none', 'x'), content('a', 1))).rejects.toThrow(
    'there is no such folder',
  );
  expect(existsSync(path.join(folder, 'none'))).toBe(false);
});
