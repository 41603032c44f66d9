import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DomainError } from '#libs/kernel';
import {
  bootId,
  type FolderIdentity,
  identify,
  identifyFolder,
  isSame,
  isSameFolder,
  type ProcessIdentity,
  secureDataFolder,
} from '#libs/processes';

/** Who holds a data folder. */
interface Holder extends ProcessIdentity {
  /** The folder that it holds: a copy of the lock is nobody's. (Absent in older releases'.) */
  readonly folder?: FolderIdentity;
}

/**
 * Takes the data folder for this process.
 * @returns how to give it back
 * @throws DomainError when another one runs there; nothing is touched then
 */
export function lockHome(home: string): () => void {
  secureDataFolder(home, ['logs', 'deployments', 'artifacts', 'gateway']);
  const file = path.join(home, 'running.json');
  const own = identify(process.pid);
  const self = own && { ...own, folder: identifyFolder(home) };
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(file, JSON.stringify(self), { flag: 'wx', mode: 0o600 });
      return () => {
        // The folder may have been moved meanwhile, and another one have its name.
        if (readHolder(file)?.pid === process.pid) rmSync(file, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = readHolder(file);
    if (holder && holds(holder, home)) {
      throw new DomainError(
        'unavailable',
        'already_running',
        `Understudy runs already with the data in ${home} (pid ${holder.pid}). End that one first (Ctrl-C there, or kill ${holder.pid}), or set UNDERSTUDY_HOME to another folder.`,
      );
    }
    removeStale(file, holder);
  }
  throw new DomainError('unavailable', 'already_running', `Another start took ${home} at the same moment.`);
}

/** Removes the lock of one that was killed, or a copied one; not the one that another start has taken meanwhile. */
function removeStale(file: string, holder: Holder | null): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    if (JSON.stringify(readHolder(aside)) !== JSON.stringify(holder)) linkSync(aside, file);
  } catch {
    // gone, or taken again: looked at once more
  }
  rmSync(aside, { force: true });
}

function holds(holder: Holder, home: string): boolean {
  const { folder } = holder;
  return isSame(holder) && (!folder || (folder.boot === bootId() && isSameFolder(folder, home)));
}

function readHolder(file: string): Holder | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return null;
  }
}
