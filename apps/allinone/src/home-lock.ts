import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DomainError } from '#libs/kernel';
import { identify, isSame, type ProcessIdentity, secureDataFolder } from '#libs/processes';

/**
 * Takes the data folder for this process.
 * @returns how to give it back
 * @throws DomainError when another one runs there; nothing is touched then
 */
export function lockHome(home: string): () => void {
  secureDataFolder(home, ['logs', 'deployments', 'artifacts', 'gateway']);
  const file = path.join(home, 'running.json');
  const self = identify(process.pid);
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(file, JSON.stringify(self), { flag: 'wx', mode: 0o600 });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = readHolder(file);
    if (holder && isSame(holder)) {
      throw new DomainError(
        'unavailable',
        'already_running',
        `Understudy runs already with the data in ${home} (pid ${holder.pid}). End that one first (Ctrl-C there, or kill ${holder.pid}), or set UNDERSTUDY_HOME to another folder.`,
      );
    }
    rmSync(file, { force: true }); // left by one that was killed
  }
  throw new DomainError('unavailable', 'already_running', `Another start took ${home} at the same moment.`);
}

function readHolder(file: string): ProcessIdentity | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
  } catch {
    return null;
  }
}
