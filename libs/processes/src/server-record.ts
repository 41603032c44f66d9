import { mkdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { endProcess } from './end-process.ts';
import { endProcessesOf } from './end-user-processes.ts';
import { type FolderIdentity, identifyFolder, isSameFolder } from './folder-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { isClaimed, releaseUser } from './server-users.ts';

/** A model server that was started: kept on disk, so that a worker that was killed finds it again. */
export interface ServerRecord {
  readonly process: ProcessIdentity;
  readonly url: string;
  /** The user that it runs as, who is its alone; `null`: ours. (Absent in records of older releases.) */
  readonly user?: number | null;
  /** Its own folder, removed with it. */
  readonly folder?: string | null;
  /** The folder that the record was written into: in a copy of the data folder it is another. (Absent in older releases'.) */
  readonly place?: FolderIdentity;
}

/** @param name of the version */
export function serverRecordFile(home: string, name: string): string {
  return path.join(home, 'deployments', `${name}.json`);
}

/** What is recorded; `null`: nothing, nothing that can be read, or a copy: that server is the original's. */
export async function readServerRecord(file: string): Promise<ServerRecord | null> {
  try {
    const record = JSON.parse(await readFile(file, 'utf8')) as ServerRecord;
    return !record.place || isSameFolder(record.place, path.dirname(file)) ? record : null;
  } catch {
    return null;
  }
}

export async function writeServerRecord(file: string, record: ServerRecord): Promise<void> {
  const folder = path.dirname(file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const placed: ServerRecord = { ...record, place: identifyFolder(folder) };
  await writeFile(`${file}.new`, JSON.stringify(placed), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** Ends a server with everything that its user runs, and removes its folder, its claim and its record. */
export async function endRecordedServer(file: string, record: ServerRecord, graceMs: number): Promise<void> {
  await endProcess(record.process, graceMs);
  const owner = { recordFile: file };
  // After a reboot the number may be another server's: only what is claimed for this one is ended.
  if (typeof record.user === 'number' && (await isClaimed(record.user, owner))) {
    await endProcessesOf(record.user);
  }
  if (record.folder) {
    await rm(record.folder, { recursive: true, force: true }).catch(() => undefined);
    await rmdir(path.dirname(record.folder)).catch(() => undefined); // not empty while there are others
  }
  if (typeof record.user === 'number') await releaseUser(record.user, owner);
  await rm(file, { force: true });
}
