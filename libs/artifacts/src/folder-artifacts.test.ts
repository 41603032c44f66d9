import { createHash } from 'node:crypto';
import {
  access,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { digestFolder, digestOfManifest, manifestText } from '#libs/folders';
import { ArtifactReader } from './artifact-reader.ts';
import type { ArtifactSource, FolderEntry } from './artifact-source.ts';
import { ArtifactStore } from './artifact-store.ts';
import { FetchedStore } from './fetched-store.ts';
import { openArtifactReader } from './open-artifact-reader.ts';

const MOST = 10_000;
let home: string;
let made = 0;
beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'understudy-folder-artifacts-'));
});
afterAll(() => rm(home, { recursive: true }));

const fresh = async (): Promise<string> => {
  const folder = path.join(home, String(made++));
  await mkdir(folder);
  return folder;
};
const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const digestOfTree = (tree: Record<string, string>): string =>
  digestOfManifest(
    manifestText(Object.entries(tree).map(([at, text]) => ({ path: at, digest: digestOf(text) }))),
  );
const codeOf = (read: Promise<unknown>): Promise<string> =>
  read.then(
    () => 'read',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );

async function treeOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(
      files.map(async (file) => [path.relative(folder, file), await readFile(file, 'utf8')] as const),
    ),
  );
}

/** A place in memory that counts what is opened, and breaks off where it is told to. */
function placeOf(tree: Record<string, string>, { stamped = true } = {}) {
  const opened: string[] = [];
  const state = { tree, breaksAt: null as string | null, endless: false };
  const entry = (at: string, text: string): FolderEntry => ({
    path: at,
    size: state.endless ? null : text.length,
    stamp: stamped ? digestOf(text) : null,
    open: async () => {
      opened.push(at);
      const bytes = async function* (): AsyncGenerator<Buffer> {
        yield Buffer.from(text);
        while (state.endless) yield Buffer.alloc(1_000);
        if (state.breaksAt === at) throw new Error('the line went dead');
      };
      return { source: Readable.from(bytes()), length: state.endless ? null : text.length, manner: '' };
    },
  });
  const source: ArtifactSource = {
    protocols: ['place:'],
    find: async () => ({
      kind: 'folder',
      files: Object.entries(state.tree).map(([at, text]) => entry(at, text)),
      assertUnchanged: async () => undefined,
    }),
  };
  return { source, opened, state };
}
const readerOf = (folder: string, source: ArtifactSource): ArtifactReader =>
  new ArtifactReader({
    sources: [source],
    fetched: new FetchedStore(path.join(folder, 'fetched'), MOST),
    mostBytes: MOST,
  });

const TREE = { MLmodel: 'flavors: {}', 'data/model.pkl': 'weights', 'data/copy.pkl': 'weights', 'é/x': '' };
const trees = fc.dictionary(
  fc
    .array(fc.constantFrom('a', 'b', 'c', 'é', 'MLmodel'), { minLength: 1, maxLength: 3 })
    .map((names) => names.join('/')),
  fc.string({ maxLength: 20 }),
  { minKeys: 1, maxKeys: 6 },
);

it('what broke off goes on: no file that came whole is fetched again, and the folder is the same at the end', async () => {
  await fc.assert(
    fc.asyncProperty(trees, fc.array(fc.nat(5), { maxLength: 4 }), async (tree, breaks) => {
      fc.pre(codeOfTree(tree) === null);
      const folder = await fresh();
      const place = placeOf(tree);
      const reader = readerOf(folder, place.source);
      const artifact = { uri: 'place:/model', digest: digestOfTree(tree) };
      const names = Object.keys(tree);
      const whole = new Set<string>();
      for (const at of [...breaks, null]) {
        place.state.breaksAt = at === null ? null : names[at % names.length]!;
        const before = place.opened.length;
        const outcome = await codeOf(reader.local(path.join(folder, 'copies'), artifact));
        const opened = place.opened.slice(before);
        expect(opened.filter((one) => whole.has(one))).toEqual([]);
        const isBroken = place.state.breaksAt !== null && opened.includes(place.state.breaksAt);
        expect(outcome).toBe(isBroken ? 'artifact_unreadable' : 'read');
        if (!isBroken) for (const one of names) whole.add(one);
        // Four come at once: the others of a broken turn are whole, or were left.
      }
      const laid = await reader.local(path.join(folder, 'copies'), artifact);
      expect(await treeOf(laid)).toEqual(tree);
      expect((await digestFolder(laid)).digest).toBe(artifact.digest);
    }),
    { numRuns: 60 },
  );
}, 120_000);
const codeOfTree = (tree: Record<string, string>): string | null => {
  try {
    digestOfTree(tree);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
};

it('is there once api and worker share the store, though the place is gone', async () => {
  const folder = await fresh();
  const place = placeOf(TREE);
  const artifact = { uri: 'place:/model', digest: digestOfTree(TREE) };
  await readerOf(folder, place.source).verify(artifact);
  const gone: ArtifactSource = { protocols: ['place:'], find: () => Promise.reject(new Error('it is gone')) };
  const worker = readerOf(folder, gone);
  expect(await treeOf(await worker.local(path.join(folder, 'copies'), artifact))).toEqual(TREE);
  // The same file twice is kept once.
  expect(
    (await readdir(path.join(folder, 'fetched/sha256'), { recursive: true })).filter((n) => n.length > 60),
  ).toHaveLength(4);
  // Its check before callers come reads what will be served; one that is damaged is not.
  expect(await codeOf(worker.verifyAgain(artifact))).toBe('read');
  const damaged = worker.fetched.pathOf(digestOf('weights'));
  await rm(damaged);
  await writeFile(damaged, 'WEIGHTS');
  expect(await codeOf(worker.verifyAgain(artifact))).toBe('artifact_unreadable');
  expect(await codeOf(readerOf(folder, place.source).verifyAgain(artifact))).toBe('read');
  expect(await readFile(damaged, 'utf8')).toBe('weights');
  // Registering it anew asks the place: what a place has is not guessed by a digest.
  expect(await codeOf(worker.verify(artifact))).toBe('artifact_unreadable');
});

it('another folder than the one that was named is refused, and what a place has changed is seen', async () => {
  for (const stamped of [true, false]) {
    const folder = await fresh();
    const place = placeOf(TREE, { stamped });
    const reader = readerOf(folder, place.source);
    const artifact = { uri: 'place:/model', digest: digestOfTree(TREE) };
    await reader.verify(artifact);
    const other = { ...TREE, 'data/model.pkl': 'WEIGHTS' };
    place.state.tree = other;
    // Without a stamp it looks the same, and the copy that is kept is what was registered.
    expect(await codeOf(reader.verify(artifact))).toBe(stamped ? 'digest_mismatch' : 'read');
    expect(await codeOf(reader.verify({ ...artifact, digest: digestOfTree(other) }))).toBe('read');
    expect(await codeOf(reader.verify({ ...artifact, digest: digestOf('x') }))).toBe('digest_mismatch');
  }
});

it.each([
  ['../up', 'artifact_unreadable'],
  ['/etc/cron.d/x', 'artifact_unreadable'],
  ['a/../../up', 'artifact_unreadable'],
])('a place that names the file %s writes nothing', async (name, code) => {
  const folder = await fresh();
  const place = placeOf({ ...TREE, [name]: 'x' });
  const reader = readerOf(folder, place.source);
  expect(
    await codeOf(reader.local(path.join(folder, 'copies'), { uri: 'place:/m', digest: digestOf('') })),
  ).toBe(code);
  expect(place.opened).toEqual([]);
});

it('files together have no more bytes than one artifact may, whatever the place says', async () => {
  const [small, large] = ['x'.repeat(MOST / 2), 'y'.repeat(MOST / 2 + 1)];
  for (const endless of [false, true]) {
    const folder = await fresh();
    const place = placeOf({ small, large });
    place.state.endless = endless;
    const reader = readerOf(folder, place.source);
    const read = reader.verify({ uri: 'place:/m', digest: digestOfTree({ small, large }) });
    expect(await codeOf(read)).toBe('artifact_too_large');
    if (!endless) expect(place.opened).toEqual([]);
    expect((await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.part'))).toEqual([]);
  }
});

it('a folder of this machine is read within its places, and never from our own', async () => {
  const root = await fresh();
  const [model, own] = [path.join(root, 'model'), path.join(root, 'model/own')];
  await mkdir(own, { recursive: true });
  await writeFile(path.join(model, 'MLmodel'), 'flavors: {}');
  const { digest } = await digestFolder(model);
  const reader = (closed: string[], folders = [root]) =>
    openArtifactReader(new ArtifactStore(path.join(root, 'uploads'), MOST), {
      fetch,
      folders,
      closed,
      mostBytes: MOST,
    });
  const verify = (reads: ArtifactReader, at = model) =>
    codeOf(reads.verify({ uri: pathToFileURL(at).href, digest }));
  await symlink(model, path.join(root, 'link'));
  for (const at of [model, `${model}/`, path.join(root, 'link'), `${model}/own/..`])
    expect([at, await verify(reader([]), at)]).toEqual([at, 'read']);
  expect(await verify(reader([], [path.join(root, 'elsewhere')]))).toBe('artifact_unreadable');
  await writeFile(path.join(own, 'secrets.key'), 'secret');
  expect(await verify(reader([own]))).toBe('artifact_unreadable');
  expect(await verify(reader([]), '/proc/self')).toBe('artifact_unreadable');
});

it('the manifest of a folder is no file that can be served', async () => {
  const root = await fresh();
  const manifest = manifestText([{ path: 'MLmodel', digest: digestOf('x') }]);
  await writeFile(path.join(root, 'forged'), manifest);
  const reader = openArtifactReader(new ArtifactStore(path.join(root, 'uploads'), MOST), {
    ...{ fetch, folders: [root], closed: [], mostBytes: MOST },
  });
  const artifact = { uri: pathToFileURL(path.join(root, 'forged')).href, digest: digestOf(manifest) };
  expect(await codeOf(reader.verify(artifact))).toBe('artifact_unreadable');
  expect(await codeOf(reader.local(path.join(root, 'copies'), artifact))).toBe('artifact_unreadable');
});

it('nothing is read on once nobody waits for it, of many files or of an endless one', async () => {
  for (const endless of [false, true]) {
    const folder = await fresh();
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`f${i}`, 'x']));
    const place = placeOf(endless ? { f: 'x' } : many, { stamped: false });
    place.state.endless = endless;
    const gone = new AbortController();
    const find: ArtifactSource['find'] = async (uri) => {
      const found = await place.source.find(uri);
      if (found.kind === 'file') return found;
      const files = found.files.map((file) => ({
        ...file,
        open: () => {
          gone.abort();
          return file.open();
        },
      }));
      return { ...found, files };
    };
    const reader = readerOf(folder, { ...place.source, find, pin: async (uri) => uri });
    await expect(reader.resolve('place:/model', gone.signal)).rejects.toThrow(/nobody waits/);
    expect(place.opened.length).toBeLessThanOrEqual(4);
  }
});

it('what a worker that was killed had begun to copy goes, and nothing of those who copy now', async () => {
  const folder = await fresh();
  const place = placeOf(TREE);
  const artifact = { uri: 'place:/model', digest: digestOfTree(TREE) };
  const longAgo = new Date(Date.now() - 25 * 60 * 60_000);
  const parts = ['sha256/aa.1.part', 'folders/bb.2.part', 'sha256/cc.3.part', 'folders/dd.4.part'].map((at) =>
    path.join(folder, 'copies', at),
  );
  for (const part of parts) {
    await mkdir(path.join(part, '..'), { recursive: true });
    if (part.includes('folders')) {
      await mkdir(path.join(part, 'data'), { recursive: true });
      await writeFile(path.join(part, 'data/model.pkl'), 'weights');
    } else await writeFile(part, 'half');
  }
  for (const part of parts.slice(0, 2)) await utimes(part, longAgo, longAgo);
  await readerOf(folder, place.source).local(path.join(folder, 'copies'), artifact);
  const left = await Promise.all(['sha256', 'folders'].map((at) => readdir(path.join(folder, 'copies', at))));
  expect(left.flat().sort()).toEqual([artifact.digest.slice(7), 'cc.3.part', 'dd.4.part'].sort());
});

it('what nobody has used for long goes, and is fetched again', async () => {
  const folder = await fresh();
  const place = placeOf(TREE);
  const artifact = { uri: 'place:/model', digest: digestOfTree(TREE) };
  const store = new FetchedStore(path.join(folder, 'fetched'), MOST);
  await readerOf(folder, place.source).verify(artifact);
  expect(await store.tidy(Date.now(), 60_000)).toBe(0);
  const file = store.pathOf(digestOf('weights'));
  expect((await stat(file)).mode & 0o222).toBe(0);
  expect(await store.tidy(Date.now() + 120_000, 60_000)).toBe(4 + 4);
  await expect(access(file)).rejects.toThrow();
  expect(
    await treeOf(await readerOf(folder, place.source).local(path.join(folder, 'copies'), artifact)),
  ).toEqual(TREE);
});
