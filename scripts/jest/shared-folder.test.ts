import { mkdir, mkdtemp, readdir, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, expect, it } from '@jest/globals';
// @ts-expect-error -- plain JavaScript: jest's global setup reads it
import { forgetOld, putInPlace } from '../../test/support/packed/shared-folder.mjs';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'shared-folder-'));
});
const folder = async (name: string, hoursOld = 0): Promise<string> => {
  const made = path.join(home, name);
  await mkdir(made);
  await writeFile(path.join(made, 'main.js'), name);
  const at = Date.now() / 1_000 - hoursOld * 3_600;
  await utimes(made, at, at);
  return made;
};

it('keeps what another run has put there first, and leaves nothing half made', async () => {
  await putInPlace(await folder('half-1'), path.join(home, 'build'));
  await putInPlace(await folder('half-2'), path.join(home, 'build'));
  expect(await readdir(home)).toEqual(['build']);
  await expect(putInPlace(path.join(home, 'none'), path.join(home, 'build'))).rejects.toThrow('ENOENT');
});

it('deletes what is older than a day and is called so, and nothing that an older run may still read', async () => {
  await folder('half-a', 23);
  await folder('half-b', 25);
  await folder('other', 25);
  await forgetOld(home, 'half-');
  expect((await readdir(home)).sort()).toEqual(['half-a', 'other']);
  await forgetOld(home, '');
  expect(await readdir(home)).toEqual(['half-a']);
});
