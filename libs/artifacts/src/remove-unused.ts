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

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
