import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Removes the files two levels below each root that were last used before.
 * @param before milliseconds since 1970
 * @returns how many
 */
export async function removeUnused(roots: readonly string[], before: number): Promise<number> {
  let removed = 0;
  for (const root of roots)
    for (const part of await namesIn(root))
      for (const name of await namesIn(path.join(root, part))) {
        const file = path.join(root, part, name);
        const found = await stat(file).catch(() => null);
        if (!found?.isFile() || found.mtimeMs >= before) continue;
        await rm(file, { force: true });
        removed++;
      }
  return removed;
}

/** Nobody has written to it for so long: who began it has died. */
const ABANDONED_MS = 24 * 60 * 60_000;

/** Removes what was begun in a folder, a file or a folder, and never got its name. @param now milliseconds since 1970 */
export async function removeAbandoned(folder: string, now: number): Promise<void> {
  for (const name of await namesIn(folder)) {
    if (!name.endsWith('.part')) continue;
    const part = path.join(folder, name);
    const found = await stat(part).catch(() => null);
    if (found === null || now - found.mtimeMs < ABANDONED_MS) continue;
    await rm(part, { recursive: true, force: true });
  }
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
