import { Readable } from 'node:stream';
import { assertPaths, digestOfManifest, type ManifestFile, manifestText } from '#libs/folders';
import { mismatch, tooLarge, unreadable } from './artifact-errors.ts';
import type { FolderEntry, FoundFolder } from './artifact-source.ts';
import type { FetchedStore } from './fetched-store.ts';

export interface FolderFetch {
  readonly store: FetchedStore;
  readonly uri: string;
  /** What the folder must be; `null`: whatever is there. */
  readonly expected: string | null;
  /** Of all files together. */
  readonly mostBytes: number;
  /** Once it is aborted nobody waits for the folder: nothing of it is read on. */
  readonly gone: AbortSignal | null;
}

/** Files at once. */
const AT_ONCE = 4;

/**
 * Fetches the files of a folder into the store, with its manifest. A file that was read before, and is the same by its
 * stamp, is not read again: what broke off goes on. So does a file that has no stamp, but only where a digest is expected,
 * which shows whether it was the same.
 * @returns the folder's digest
 * @throws DomainError `artifact_unreadable`, `artifact_too_large`, `digest_mismatch` or `storage_full`
 */
export async function fetchFolder(fetch: FolderFetch, found: FoundFolder): Promise<string> {
  const { store, uri, expected } = fetch;
  try {
    assertPaths(found.files.map((file) => file.path));
    let { files, bytes, guessed } = await fetchAll(fetch, found, expected !== null);
    if (guessed && digestOfManifest(manifestText(files)) !== expected)
      ({ files, bytes, guessed } = await fetchAll(fetch, found, false));
    await found.assertUnchanged();
    const text = manifestText(files);
    const actual = digestOfManifest(text);
    if (expected !== null && actual !== expected)
      throw mismatch(uri, { actual, expected }, `a folder of ${files.length} files, ${bytes} bytes`, '');
    return await store.putManifest(text);
  } catch (error) {
    throw unreadable(uri, error);
  }
}

interface Fetched {
  readonly files: readonly ManifestFile[];
  readonly bytes: number;
  /** A file without a stamp was taken for the one that was read before. */
  readonly guessed: boolean;
}

async function fetchAll(fetch: FolderFetch, found: FoundFolder, mayGuess: boolean): Promise<Fetched> {
  const files: ManifestFile[] = [];
  const left = [...found.files];
  const budget = new Budget(fetch.uri, fetch.mostBytes);
  budget.assertRoom(found.files.reduce((sum, { size }) => sum + (size ?? 0), 0));
  let guessed = false;
  const work = async (): Promise<void> => {
    for (let entry = left.shift(); entry !== undefined; entry = left.shift()) {
      assertWanted(fetch);
      const key = [fetch.uri, entry.path, entry.size, entry.stamp];
      const known = entry.stamp === null && !mayGuess ? null : await fetch.store.seen(key);
      const size = known === null ? null : await fetch.store.use(known);
      const isKept = known !== null && size !== null && (entry.size === null || entry.size === size);
      if (isKept) budget.take(size);
      guessed ||= isKept && entry.stamp === null;
      const digest = isKept ? known : await fetchOne(fetch, entry, budget);
      if (!isKept) await fetch.store.remember(key, digest);
      files.push({ path: entry.path, digest });
    }
  };
  const outcomes = await Promise.allSettled(
    Array.from({ length: AT_ONCE }, () => work().finally(() => (left.length = 0))),
  );
  const failed = outcomes.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason as Error;
  return { files, bytes: budget.taken, guessed };
}

async function fetchOne(fetch: FolderFetch, entry: FolderEntry, budget: Budget): Promise<string> {
  const { store, uri } = fetch;
  let opened: Readable | null = null;
  let broke: unknown = null;
  try {
    const { source, length } = await entry.open();
    opened = source;
    const metered = async function* (): AsyncGenerator<Buffer> {
      let size = 0;
      try {
        for await (const chunk of source as AsyncIterable<Buffer>) {
          assertWanted(fetch);
          budget.take(chunk.length);
          size += chunk.length;
          yield chunk;
        }
      } catch (error) {
        broke = error;
        throw error;
      }
      // What came without a length may have been cut off: its place has said, too.
      const said = length ?? entry.size;
      if (said !== null && size !== said) throw new Error(`it ends after ${size} of ${said} bytes`);
    };
    return (await store.put(Readable.from(metered()))).digest;
  } catch (error) {
    throw unreadable(`${uri.replace(/\/+$/, '')}/${entry.path}`, broke ?? error);
  } finally {
    opened?.destroy();
  }
}

function assertWanted({ gone }: FolderFetch): void {
  if (gone?.aborted === true) throw new Error('nobody waits for it any more');
}

/** What all files of a folder may have together, counted as they are read. */
class Budget {
  taken = 0;

  constructor(
    private readonly uri: string,
    private readonly most: number,
  ) {}

  take(bytes: number): void {
    this.taken += bytes;
    this.assertRoom(this.taken);
  }

  assertRoom(bytes: number): void {
    if (bytes > this.most) throw tooLarge(this.uri, this.most);
  }
}
