import { agoMs, type Instant } from '#libs/kernel';

/** An uploaded artifact, and when it was sent last. */
export interface UploadedFile {
  readonly digest: string;
  readonly sentAt: Instant;
}

/** Uploaded artifacts as files. What is put aside is found under its digest no more, until it is put back. */
export interface UploadedFiles {
  /** In no order. */
  list(): AsyncIterable<UploadedFile>;
  putAside(digest: string): Promise<void>;
  /** Those that are put aside, by when. */
  aside(): AsyncIterable<UploadedFile>;
  putBack(digest: string): Promise<void>;
  removeAside(digest: string): Promise<void>;
}

/** So long a version may be in the making whose artifact was looked at before; then one that names it is there to be seen. */
const ASIDE_MS = 10 * 60_000;
/** Files that one run looks at, and digests of one question to the database. */
const MOST_FILES = 1_000_000;
const BATCH = 500;

/**
 * Removes uploaded artifacts that no version names and that nobody has sent for `keptMs`. Whoever registers one at the same
 * moment loses nothing: a file is put aside first, and put back where ten minutes later a version names it.
 * @param named which of some digests a version names, a deleted one too
 * @param now this machine's clock, as are the files' times
 * @returns how many were put aside, put back and removed
 */
export async function removeOrphanedArtifacts(
  files: UploadedFiles,
  named: (digests: readonly string[]) => Promise<ReadonlySet<string>>,
  keptMs: number,
  now: Instant,
): Promise<{ aside: number; back: number; removed: number }> {
  const done = { aside: 0, back: 0, removed: 0 };
  const eachOf = async (
    found: AsyncIterable<UploadedFile>,
    olderThanMs: number,
    act: (digest: string, isNamed: boolean) => Promise<void>,
  ): Promise<void> => {
    let seen = 0;
    let batch: string[] = [];
    const settle = async (): Promise<void> => {
      const known = await named(batch);
      for (const digest of batch) await act(digest, known.has(digest));
      batch = [];
    };
    for await (const { digest, sentAt } of found) {
      if (++seen > MOST_FILES) break;
      if ((agoMs(sentAt, now) ?? 0) < olderThanMs) continue;
      batch.push(digest);
      if (batch.length === BATCH) await settle();
    }
    if (batch.length > 0) await settle();
  };
  await eachOf(files.aside(), ASIDE_MS, async (digest, isNamed) => {
    if (isNamed) {
      await files.putBack(digest);
      done.back++;
    } else {
      await files.removeAside(digest);
      done.removed++;
    }
  });
  await eachOf(files.list(), keptMs, async (digest, isNamed) => {
    if (isNamed) return;
    await files.putAside(digest);
    done.aside++;
  });
  return done;
}
