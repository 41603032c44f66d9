import { readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/* A folder that several runs make and read at once. */
const DAY_MS = 86_400_000;

/** Deletes what lies in a folder under a name that begins so since a day or more: another run may still start processes from what is younger. */
export async function forgetOld(folder, prefix, now = Date.now()) {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix)) continue;
    const one = path.join(folder, name);
    const made = await stat(one).catch(() => null);
    if (made && now - made.mtimeMs > DAY_MS) await rm(one, { recursive: true, force: true });
  }
}

/** Moves a folder to its place. Where another run was first with the same, its folder stays. */
export async function putInPlace(half, folder) {
  try {
    await rename(half, folder);
  } catch (error) {
    if (error.code !== 'EEXIST' && error.code !== 'ENOTEMPTY') throw error;
    await rm(half, { recursive: true, force: true });
  }
}
