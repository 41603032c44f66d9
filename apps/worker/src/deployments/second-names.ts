import { chmod, copyFile, link, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';

/**
 * Gives an artifact, a file or a folder, a second name that everybody who reaches it may read, and nobody but root change;
 * on another disk it is copied.
 * @param isFolder else a file
 */
export async function secondName(from: string, to: string, isFolder: boolean): Promise<void> {
  if (!isFolder) {
    await link(from, to).catch(() => copyFile(from, to));
    return chmod(to, 0o444);
  }
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true }))
    await secondName(path.join(from, entry.name), path.join(to, entry.name), entry.isDirectory());
  await chmod(to, 0o555);
}
