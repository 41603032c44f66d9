import { readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { bootId, isAlive, isSame, isSameFolder, programOf, worksIn } from '#libs/processes';
import type { ClusterFacts } from './cluster-holder.ts';
import type { ClusterNote } from './cluster-note.ts';

/** What `postmaster.pid` says; `null`: there is no such file. A pid of 0 stands for what cannot be read. */
export function readPostmaster(data: string): { readonly pid: number; readonly folder: string } | null {
  try {
    const [pid = '', folder = ''] = readFileSync(postmasterFile(data), 'utf8').split('\n');
    return { pid: Number.parseInt(pid, 10) || 0, folder: folder.trim() };
  } catch {
    return null;
  }
}

export const postmasterFile = (data: string): string => path.join(data, 'postmaster.pid');

/** Looks at a cluster's folder, and at the process that it names. */
export function clusterFacts(data: string, note: ClusterNote | null): ClusterFacts {
  const postmaster = readPostmaster(data);
  const isFolderOfNote = note && isSameFolder(note.folder, data);
  return {
    postmaster: postmaster && {
      isAlive: isAlive(postmaster.pid),
      where: whereRuns(postmaster.pid, data, isFolderOfNote === true ? note : null),
      isStarterAlive: isFolderOfNote === true && isOfThisBoot(note) ? isStarted(note) : null,
    },
    isFolderOfNote,
    isPathOfPostmaster: postmaster !== null && samePath(postmaster.folder, data),
  };
}

const isOfThisBoot = (note: ClusterNote | null): boolean => note?.folder.boot === bootId();
const isStarted = (note: ClusterNote | null): boolean => !!note?.starter && isSame(note.starter);

function whereRuns(pid: number, data: string, note: ClusterNote | null): 'here' | 'elsewhere' | 'unknown' {
  const known = note?.postmaster;
  if (known?.pid === pid && isOfThisBoot(note)) return isSame(known) ? 'here' : 'elsewhere';
  const program = programOf(pid);
  if (program !== null && program !== 'postgres') return 'elsewhere';
  // PostgreSQL works in the folder of its data.
  const works = worksIn(pid, data);
  if (works === null) return 'unknown';
  return works ? 'here' : 'elsewhere';
}

function samePath(one: string, other: string): boolean {
  const real = (name: string): string => {
    try {
      return realpathSync(name);
    } catch {
      return path.resolve(name);
    }
  };
  return real(one) === real(other);
}
