import { readFileSync } from 'node:fs';
import { chown, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type FolderIdentity, identify, identifyFolder, type ProcessIdentity } from '#libs/processes';
import type { SystemUser } from './system-user.ts';

/** What lies in a cluster's own folder, beside PostgreSQL's files: whose it is, and who runs it. */
export interface ClusterNote {
  readonly id: string;
  /** The cluster's folder when this was written: in a copy, this is another one. */
  readonly folder: FolderIdentity;
  /** The data folder that the cluster belongs to. */
  readonly home: { readonly path: string; readonly folder: FolderIdentity };
  readonly postmaster: ProcessIdentity | null;
  /** The process that started it, and ends it. */
  readonly starter: ProcessIdentity | null;
}

const FILE = 'understudy-cluster.json';

/** `null`: none, or none that can be read, as in clusters of older releases. */
export function readClusterNote(data: string): ClusterNote | null {
  try {
    return JSON.parse(readFileSync(path.join(data, FILE), 'utf8')) as ClusterNote;
  } catch {
    return null;
  }
}

/** Writes down that this process has started a PostgreSQL of this pid on the cluster. */
export async function writeClusterNote(
  data: string,
  known: { readonly id: string; readonly home: string; readonly pid: number },
  user: SystemUser | null,
): Promise<void> {
  const note: ClusterNote = {
    id: known.id,
    folder: identifyFolder(data),
    home: { path: path.resolve(known.home), folder: identifyFolder(known.home) },
    postmaster: identify(known.pid),
    starter: identify(process.pid),
  };
  const file = path.join(data, FILE);
  await writeFile(`${file}.new`, JSON.stringify(note), { mode: 0o600 });
  // PostgreSQL's own tools for backups read every file of the folder.
  if (user) await chown(`${file}.new`, user.uid, user.gid);
  await rename(`${file}.new`, file);
}
