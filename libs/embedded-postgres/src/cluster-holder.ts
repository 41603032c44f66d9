/** What is known of a cluster's folder before its PostgreSQL is started. */
export interface ClusterFacts {
  /** The process that `postmaster.pid` names, if the file is there. */
  readonly postmaster: {
    /** Does a process of this number run? */
    readonly isAlive: boolean;
    /** Where it runs: in this very folder, certainly not there (another folder, another program), or it cannot be seen. */
    readonly where: 'here' | 'elsewhere' | 'unknown';
    /** Does the `npm start` (or test) that started it still run? `null`: not known. */
    readonly isStarterAlive: boolean | null;
  } | null;
  /** Is this the folder in which our note was written? `null`: there is no note, as in older releases. */
  readonly isFolderOfNote: boolean | null;
  /** The folder that `postmaster.pid` names is this one, by its path. */
  readonly isPathOfPostmaster: boolean;
}

/**
 * `free`: start. `stale`: start, but `postmaster.pid` names a process that has nothing to do with this folder.
 * `left-over`: its own PostgreSQL runs on without its starter; it is to be ended first. `held`: its starter runs too.
 * `copied`: a copy of a folder in which PostgreSQL ran, so what is in it may not fit together. `unclear`: a process
 * has the number, and nothing says whether it is this folder's.
 */
export type ClusterHolder = 'free' | 'stale' | 'left-over' | 'held' | 'copied' | 'unclear';

/** Who holds a cluster's folder. PostgreSQL removes `postmaster.pid` when it ends cleanly. */
export function clusterHolder({
  postmaster,
  isFolderOfNote,
  isPathOfPostmaster,
}: ClusterFacts): ClusterHolder {
  if (postmaster === null) return 'free';
  if (postmaster.isAlive && postmaster.where === 'here')
    return postmaster.isStarterAlive === true ? 'held' : 'left-over';
  if (!(isFolderOfNote ?? isPathOfPostmaster)) return 'copied';
  if (!postmaster.isAlive) return 'free';
  return postmaster.where === 'elsewhere' ? 'stale' : 'unclear';
}
