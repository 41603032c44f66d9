import { randomUUID } from 'node:crypto';
import { copyFile, link, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { type FetchedStore, isThere } from './fetched-store.ts';

/**
 * Lays out a folder that was fetched: each file a second name of its copy in the store (on another disk, a copy).
 * It is complete or not there.
 * @returns is it there? No: the store lacks its manifest, or one of its files
 */
export async function layOutFolder(store: FetchedStore, digest: string, to: string): Promise<boolean> {
  const files = await store.manifest(digest);
  if (files === null) return false;
  for (const file of files) if ((await store.use(file.digest)) === null) return false;
  const half = `${to}.${randomUUID()}.part`;
  try {
    for (const { path: at, digest: of } of files) {
      const file = path.join(half, at);
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      const from = store.pathOf(of);
      await link(from, file).catch(() => copyFile(from, file));
    }
    await rename(half, to).catch(async (error: unknown) => {
      // Somebody else has laid it out meanwhile.
      if (!(await isThere(to))) throw error;
    });
    return true;
  } finally {
    await rm(half, { recursive: true, force: true });
  }
}
