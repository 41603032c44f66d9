import { constants, type BigIntStats, type Dirent } from 'node:fs';
import { type FileHandle, lstat, open, opendir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { FolderMistake, MOST_FILES, quoted, whyBadPath } from './path-rules.ts';

/** A file of a folder on this machine. */
export interface ListedFile {
  /** Below the folder, with `/` between names. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Is another one once the file is written to, or is another file. */
  readonly stamp: string;
  /** Of the last change, in milliseconds since 1970 of the file system's clock. */
  readonly changedAt: number;
}

/** Folders within, empty ones too: a tree of nothing else must end as well. */
const MOST_FOLDERS = 10_000;
const KINDS = [
  [
    'isSymbolicLink',
    'a symbolic link: what it leads to may change, or be none of the folder; put the file in its place',
  ],
  ['isFIFO', 'a pipe'],
  ['isSocket', 'a socket'],
  ['isCharacterDevice', 'a device'],
  ['isBlockDevice', 'a device'],
] as const;

/**
 * The files of a folder, at any depth. Empty folders are none of it; whatever is neither a file nor a folder is refused.
 * @param root its real path
 * @throws FolderMistake that says which file breaks which rule; errors of the file system
 */
export async function listFolder(root: string): Promise<readonly ListedFile[]> {
  const files: ListedFile[] = [];
  const folders = [''];
  let seen = 0;
  for (let below = folders.pop(); below !== undefined; below = folders.pop()) {
    if (++seen > MOST_FOLDERS) throw new FolderMistake(`it has more than ${MOST_FOLDERS} folders`);
    for await (const entry of await opendir(path.join(root, below), { encoding: 'buffer' as never })) {
      const at = below + nameOf(entry, below);
      const why = whyBadPath(at);
      if (why !== null) throw new FolderMistake(`the name ${quoted(at)} is not taken: ${why}`);
      const found = await lstat(path.join(root, at), { bigint: true });
      const kind = KINDS.find(([is]) => found[is]());
      if (kind) throw new FolderMistake(`${quoted(at)} is ${kind[1]}`);
      if (found.isDirectory()) folders.push(`${at}/`);
      else if (files.push(listed(at, found)) > MOST_FILES)
        throw new FolderMistake(`it has more than ${MOST_FILES} files`);
    }
  }
  if (files.length === 0) throw new FolderMistake('there is no file in it');
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** @throws FolderMistake for a name that is no UTF-8: it could not be written down */
function nameOf({ name }: Dirent, below: string): string {
  const bytes = Buffer.from(name);
  const text = bytes.toString();
  if (Buffer.from(text).equals(bytes)) return text;
  throw new FolderMistake(`the name ${quoted(below + text)} is not taken: it is not UTF-8`);
}

const listed = (at: string, found: BigIntStats): ListedFile => ({
  path: at,
  size: Number(found.size),
  stamp: [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(':'),
  changedAt: Number(found.ctimeMs > found.mtimeMs ? found.ctimeMs : found.mtimeMs),
});

const changed = (at: string): FolderMistake =>
  new FolderMistake(`${quoted(at)} changes while it is read; register the folder when it is written`);

/** @throws FolderMistake with the first file that is new, gone or another one since */
export function assertUnchanged(before: readonly ListedFile[], after: readonly ListedFile[]): void {
  const now = new Map(after.map((file) => [file.path, file.stamp]));
  const other = before.find((file) => now.get(file.path) !== file.stamp);
  const known = new Set(before.map((file) => file.path));
  const added = after.find((file) => !known.has(file.path));
  const first = other ?? added;
  if (first) throw changed(first.path);
}

/**
 * The bytes of a listed file: of that very file, which no link leads away from, and which nobody writes to meanwhile.
 * @throws FolderMistake once it is another one
 */
export async function* readListed(root: string, file: ListedFile): AsyncGenerator<Buffer> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const handle = await open(path.join(root, file.path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(
    (error: NodeJS.ErrnoException) => {
      throw error.code === 'ENOENT' || error.code === 'ELOOP' ? changed(file.path) : error;
    },
  );
  try {
    await assertSame(handle, root, file);
    // One byte more than it had: who writes on and on keeps nobody reading.
    yield* handle.createReadStream({ autoClose: false, start: 0, end: file.size }) as AsyncIterable<Buffer>;
    await assertSame(handle, root, file);
  } finally {
    await handle.close();
  }
}

async function assertSame(handle: FileHandle, root: string, file: ListedFile): Promise<void> {
  const found = await handle.stat({ bigint: true });
  if (!found.isFile() || listed(file.path, found).stamp !== file.stamp) throw changed(file.path);
  // A folder above it may have become a link; only Linux says where an open file lies.
  const lies = await realpath(`/proc/self/fd/${handle.fd}`).catch(() => null);
  if (lies !== null && lies !== path.join(root, file.path)) throw changed(file.path);
}
