import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isSame } from '#libs/processes';
import { readClusterNote } from './cluster-note.ts';
import { findPlace } from './cluster-place.ts';
import { DATABASE, USER } from './names.ts';
import { postgresUser } from './system-user.ts';

/** The URL of the PostgreSQL that runs on a data folder's cluster, started by whomever; `null`: none runs. */
export async function runningPostgres(home: string): Promise<string | null> {
  const found = await findPlace(home, postgresUser() !== null);
  if (!found.isMade) return null;
  const { data, password } = found.place;
  const postmaster = readClusterNote(data)?.postmaster;
  if (!postmaster || !isSame(postmaster)) return null;
  // PostgreSQL, "postmaster.pid": the fourth line is its port.
  const lines = await readFile(path.join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const port = Number(lines.split('\n')[3]);
  if (!Number.isInteger(port) || port < 1) return null;
  return `postgres://${USER}:${password}@127.0.0.1:${port}/${DATABASE}`;
}
