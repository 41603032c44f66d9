import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DomainError } from '#libs/kernel';
import { isOpenToAll, isSameFolder, OPEN_PLACE } from '#libs/processes';
import { readClusterNote } from './cluster-note.ts';

/** Where a data folder's cluster is, and how to get in: kept in `<home>/postgres.json`. */
export interface ClusterPlace {
  readonly data: string;
  readonly password: string;
  /** The cluster's; absent until one was made, and in files of older releases. */
  readonly id?: string;
}

/** What `findPlace` found. */
export interface FoundPlace {
  readonly place: ClusterPlace;
  /** Is there a cluster already? */
  readonly isMade: boolean;
}

const inside = (home: string): string => path.join(home, 'postgres');
const placeFile = (home: string): string => path.join(home, 'postgres.json');
const isCluster = (data: string): boolean => existsSync(path.join(data, 'PG_VERSION'));
/** Where everybody can get to. A data folder that is closed to others cannot hold files of PostgreSQL's user. */
const outside = (): string => path.join(OPEN_PLACE, `data-${randomBytes(6).toString('hex')}`);

/**
 * Finds the cluster that belongs to a data folder. What lies in the folder is its own, whatever path was recorded:
 * the folder may have been moved or copied. A cluster elsewhere is its own by the note in the cluster.
 * @param mustBeOpen PostgreSQL runs as another user than ourselves
 * @throws DomainError when the cluster is gone, or another folder's
 */
export async function findPlace(home: string, mustBeOpen: boolean): Promise<FoundPlace> {
  const recorded = await readPlace(home);
  if (isCluster(inside(home))) {
    if (recorded) return { place: { ...recorded, data: inside(home) }, isMade: true };
    throw new DomainError(
      'unavailable',
      'postgres_password_missing',
      `There is a database in ${inside(home)}, and no ${placeFile(home)} with its password. Restore that file from where the folder came from, or move the folder "postgres" away to begin with an empty database.`,
    );
  }
  if (recorded && isCluster(recorded.data)) {
    assertOwn(home, recorded.data);
    return { place: recorded, isMade: true };
  }
  // The gateway's token is written when the database has been migrated: older releases record no id.
  if (recorded && (recorded.id !== undefined || existsSync(path.join(home, 'gateway-token')))) {
    throw new DomainError(
      'unavailable',
      'postgres_gone',
      `The database of ${home} is not there: neither in ${inside(home)} nor in ${recorded.data}. Copy the original's database (stopped) to ${inside(home)}, or remove ${placeFile(home)} to begin with an empty one.`,
    );
  }
  const password = recorded?.password ?? randomBytes(18).toString('base64url');
  const data = mustBeOpen && !isOpenToAll(home) ? outside() : inside(home);
  await writePlace(home, { data, password });
  return { place: { data, password }, isMade: false };
}

/**
 * Brings a cluster that lies in a folder closed to PostgreSQL's user (a restored backup, say) to where it may be, and
 * writes down where it is. Nothing may run on it.
 */
export async function settlePlace(
  home: string,
  place: ClusterPlace,
  mustBeOpen: boolean,
): Promise<ClusterPlace & { readonly id: string }> {
  const isReachable = place.data !== inside(home) || !mustBeOpen || isOpenToAll(home);
  const data = isReachable ? place.data : outside();
  const id = readClusterNote(place.data)?.id ?? place.id ?? randomUUID();
  const settled = { data, password: place.password, id };
  if (data !== place.data) await move(place.data, data);
  await writePlace(home, settled);
  return settled;
}

function assertOwn(home: string, data: string): void {
  const owner = readClusterNote(data)?.home;
  // A cluster without a note is of an older release: within another data folder it is that one's.
  const neighbour = path.dirname(data);
  const other = owner
    ? !isSameFolder(owner.folder, home) && isSameFolder(owner.folder, owner.path)
      ? owner.path
      : null
    : existsSync(placeFile(neighbour))
      ? neighbour
      : null;
  if (other === null) return;
  throw new DomainError(
    'unavailable',
    'postgres_of_another',
    `${home} is a copy of the data folder ${other}, without its database: that is in ${data}, and stays that of ${other}. To give this copy its own, stop the original, copy its database (cp -a ${data} ${inside(home)}) and start again.`,
  );
}

async function readPlace(home: string): Promise<ClusterPlace | null> {
  const text = await readFile(placeFile(home), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  try {
    const { data, password, id } = JSON.parse(text) as ClusterPlace;
    if (typeof data === 'string' && typeof password === 'string')
      return { data, password, ...(typeof id === 'string' ? { id } : {}) };
  } catch {
    // told below
  }
  throw new DomainError(
    'unavailable',
    'postgres_place_unreadable',
    `${placeFile(home)} cannot be read as what we write there (JSON with "data" and "password"). Restore it from a backup.`,
  );
}

async function writePlace(home: string, place: ClusterPlace): Promise<void> {
  const file = placeFile(home);
  await writeFile(`${file}.new`, JSON.stringify(place), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

async function move(from: string, to: string): Promise<void> {
  await mkdir(path.dirname(to), { recursive: true, mode: 0o755 });
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await cp(from, `${to}.new`, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    await rename(`${to}.new`, to);
    await rm(from, { recursive: true, force: true });
  }
}
