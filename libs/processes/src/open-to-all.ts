import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';

/** Where root puts what other users must reach when our own folder is closed to them. */
export const OPEN_PLACE = '/var/lib/understudy';

/** Can everybody get into this folder? True when every folder on the way is open to others. */
export function isOpenToAll(dir: string): boolean {
  for (let here = path.resolve(dir); ; here = path.dirname(here)) {
    try {
      if ((statSync(here).mode & 0o001) === 0) return false;
    } catch {
      // not there yet: it will be made with the rights of what is above
    }
    if (here === path.dirname(here)) return true;
  }
}

/** Can everybody read this file, by this name? `false` too when there is none. */
export function isReadableByAll(file: string): boolean {
  try {
    const real = realpathSync(file);
    return (
      (statSync(real).mode & 0o004) !== 0 &&
      isOpenToAll(path.dirname(real)) &&
      isOpenToAll(path.dirname(path.resolve(file)))
    );
  } catch {
    return false;
  }
}
