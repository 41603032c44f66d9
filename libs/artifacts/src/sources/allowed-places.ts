import { realpath } from 'node:fs/promises';
import path from 'node:path';

/** Of the machine: environments and memory of processes, ours too. */
const NO_FILES = ['/proc', '/sys', '/dev'];

export interface FilePlaces {
  /** `file:` artifacts lie below one of them. */
  readonly folders: readonly string[];
  /** Our own: nothing below one of them is an artifact, unless one of `folders` lies between. */
  readonly closed: readonly string[];
}

/**
 * Whoever registers a version must not learn what else lies on this machine, and of our own folders nothing.
 * @returns does a real path lie where artifacts may?
 */
export async function allowedPlaces(places: FilePlaces): Promise<(file: string) => boolean> {
  const real = (folders: readonly string[]) =>
    Promise.all(folders.map((folder) => realpath(folder).catch(() => folder)));
  const [open, closed] = [await real(places.folders), await real([...places.closed, ...NO_FILES])];
  return (file) => depthBelow(file, open) > depthBelow(file, closed);
}

/** May somebody who names this file be told why it cannot be reached? */
export const mayBeTold = (given: string, { folders }: FilePlaces): boolean =>
  depthBelow(given, folders) > depthBelow(given, NO_FILES);

/** The length of the nearest of the folders that a file lies below; -1: none. */
function depthBelow(file: string, folders: readonly string[]): number {
  const above = folders.filter((folder) => {
    const way = path.relative(folder, file);
    return way !== '' && way.split(path.sep)[0] !== '..' && !path.isAbsolute(way);
  });
  return Math.max(-1, ...above.map((folder) => folder.length));
}
