import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { makeServerFolder } from './server-folder.ts';

const USER = 60_706;
const isRoot = process.getuid?.() === 0;

(isRoot ? it : it.skip)(
  'a folder that is an artifact is there as a whole for the server, who may change none of it',
  async () => {
    const root = await mkdtemp(path.join(tmpdir(), 'understudy-servers-'));
    const artifact = path.join(root, 'store/abc');
    await mkdir(path.join(artifact, 'data/deep'), { recursive: true, mode: 0o700 });
    await writeFile(path.join(artifact, 'data/deep/model.pkl'), 'weights', { mode: 0o600 });
    for (const _again of [1, 2]) {
      const own = await makeServerFolder(path.join(root, 'servers'), 'm-1', artifact, USER);
      expect(own.artifact).toBe(path.join(own.folder, 'abc'));
      const file = path.join(own.artifact ?? '', 'data/deep/model.pkl');
      expect(await readFile(file, 'utf8')).toBe('weights');
      for (const one of [file, path.dirname(file), own.artifact ?? '']) {
        const { mode, uid } = await stat(one);
        expect([one, mode & 0o222, mode & 0o004, uid]).toEqual([one, 0, 0o004, 0]);
      }
    }
    expect((await makeServerFolder(path.join(root, 'servers'), 'm-1', artifact, null)).artifact).toBe(
      artifact,
    );
    await rm(root, { recursive: true });
  },
);
