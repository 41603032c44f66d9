import { execFileSync } from 'node:child_process';
import {
  appendFile,
  chmod,
  mkdir,
  mkdtemp,
  realpath,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { assertUnchanged, digestFolder, type ListedFile, listFolder, readListed } from './index.ts';

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(path.join(tmpdir(), 'understudy-listed-')));
  await mkdir(path.join(root, 'm/data'), { recursive: true });
  await writeFile(path.join(root, 'm/MLmodel'), 'flavors: {}');
  await writeFile(path.join(root, 'm/data/model.pkl'), 'weights');
});
afterEach(() => rm(root, { recursive: true }));

const model = (): string => path.join(root, 'm');
const read = async (listed: readonly ListedFile[]): Promise<string[]> => {
  const texts: string[] = [];
  for (const file of listed) {
    let text = '';
    for await (const chunk of readListed(model(), file)) text += chunk.toString();
    texts.push(text);
  }
  assertUnchanged(listed, await listFolder(model()));
  return texts;
};

it('times, modes and empty folders make no other folder', async () => {
  const { digest } = await digestFolder(model());
  await mkdir(path.join(model(), 'empty/deep'), { recursive: true });
  await chmod(path.join(model(), 'data/model.pkl'), 0o755);
  await utimes(path.join(model(), 'MLmodel'), 1, 1);
  expect((await digestFolder(model())).digest).toBe(digest);
  await rename(path.join(model(), 'MLmodel'), path.join(model(), 'mlmodel'));
  expect((await digestFolder(model())).digest).not.toBe(digest);
});

const link = (to: string) => () => symlink(to, path.join(model(), 'odd'));
it.each<[string, () => unknown, string]>([
  ['a link to a file of its own', link('MLmodel'), 'symbolic link'],
  ['a link out of the folder', link('../secret'), 'symbolic link'],
  ['a link to nothing', link('nothing'), 'symbolic link'],
  ['a link to itself', link('odd'), 'symbolic link'],
  ['a link to a folder', link('/'), 'symbolic link'],
  ['a pipe', () => execFileSync('mkfifo', [path.join(model(), 'odd')]), 'a pipe'],
])('a folder with %s is refused by its name', async (_what, make, because) => {
  await make();
  await expect(digestFolder(model())).rejects.toThrow(
    `"odd" is ${because === 'symbolic link' ? 'a symbolic link' : because}`,
  );
});

it('a folder with a socket is refused by its name', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path.join(model(), 'odd'), resolve));
  await expect(digestFolder(model())).rejects.toThrow('"odd" is a socket');
  await new Promise((resolve) => server.close(resolve));
});

it.each([
  ['no UTF-8', Buffer.from([0x66, 0xff]), 'not UTF-8'],
  ['a newline', Buffer.from('a\nb'), 'control character'],
])('a name with %s is refused', async (_what, name, because) => {
  await writeFile(Buffer.concat([Buffer.from(`${model()}/`), name]), '');
  await expect(digestFolder(model())).rejects.toThrow(because);
});

it('a folder without any file is refused', async () => {
  await rm(path.join(model(), 'MLmodel'));
  await rm(path.join(model(), 'data/model.pkl'));
  await expect(digestFolder(model())).rejects.toThrow('no file');
});

/** What may become of a folder after it was listed, and before it is read to the end. */
const CHANGES: readonly [string, () => Promise<unknown>][] = [
  ['a file grows', () => appendFile(path.join(model(), 'MLmodel'), 'more')],
  ['a file gets other bytes of that length', () => writeFile(path.join(model(), 'MLmodel'), 'flavors: []')],
  [
    'a file gets other bytes and its old time',
    async () => {
      await writeFile(path.join(model(), 'data/model.pkl'), 'WEIGHTS');
      await utimes(path.join(model(), 'data/model.pkl'), 1, 1);
    },
  ],
  ['a file goes', () => rm(path.join(model(), 'MLmodel'))],
  ['a file comes', () => writeFile(path.join(model(), 'data/more'), '')],
  [
    'a file becomes a link',
    async () => {
      await writeFile(path.join(root, 'secret'), 'flavors: {}');
      await rm(path.join(model(), 'MLmodel'));
      await symlink('../secret', path.join(model(), 'MLmodel'));
    },
  ],
  [
    'a folder becomes a link to that very folder',
    async () => {
      await rename(path.join(model(), 'data'), path.join(root, 'elsewhere'));
      await symlink('../elsewhere', path.join(model(), 'data'));
    },
  ],
  [
    'a file becomes a pipe',
    async () => {
      await rm(path.join(model(), 'MLmodel'));
      execFileSync('mkfifo', [path.join(model(), 'MLmodel')]);
    },
  ],
];
it.each(CHANGES)('%s while the folder is read: refused', async (_what, change) => {
  const listed = await listFolder(model());
  expect(await read(listed)).toEqual(['flavors: {}', 'weights']);
  await change();
  await expect(read(listed)).rejects.toThrow(/changes while it is read|is a (symbolic link|pipe)/);
});

it('who writes on and on keeps nobody reading', async () => {
  const [first] = await listFolder(model());
  const reading = readListed(model(), first!);
  await appendFile(path.join(model(), 'MLmodel'), 'x'.repeat(1_000_000));
  await expect(
    (async () => {
      for await (const chunk of reading) expect(chunk.length).toBeLessThan(100);
    })(),
  ).rejects.toThrow('changes while it is read');
});
