import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DomainError } from '#libs/kernel';
import { processTable } from './process-table.ts';

/** Users that model servers run as, by number; both ends belong to it. */
export interface UserRange {
  readonly first: number;
  readonly last: number;
}

/** Whose a user is: a version of an installation, by the file that records its server. */
export interface UserOwner {
  readonly recordFile: string;
}

/** Kept by root, for all installations of this machine; gone with a reboot, as the processes are. */
const CLAIMS = '/run/understudy/users';
/** A claim without a record is of a start under way, or of an installation that is gone. */
const ABANDONED_MS = 3_600_000;

/**
 * Takes a user for one model server: one that no other server of this machine has, that runs nothing,
 * and that /etc/passwd does not know.
 * @throws DomainError when all of the range are taken
 */
export async function claimUser(range: UserRange, owner: UserOwner, folder = CLAIMS): Promise<number> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const busy = new Set([...processTable().map((row) => row.uid), ...(await namedUsers())]);
  const size = range.last - range.first + 1;
  const start = randomInt(size);
  for (let i = 0; i < size; i++) {
    const uid = range.first + ((start + i) % size);
    if (busy.has(uid)) continue;
    if ((await take(folder, uid, owner)) || ((await free(folder, uid)) && (await take(folder, uid, owner))))
      return uid;
  }
  throw new DomainError(
    'unavailable',
    'no_user_left',
    `All ${size} users of DEPLOYER_USERS (${range.first}-${range.last}) run model servers. Give it a wider range.`,
  );
}

/** Gives a user back. Nothing of theirs may run or lie around any more. */
export async function releaseUser(uid: number, owner: UserOwner, folder = CLAIMS): Promise<void> {
  if (await isClaimed(uid, owner, folder)) await rm(claimFile(folder, uid), { force: true });
}

/** Is this user the owner's? After a reboot, nobody's are. */
export async function isClaimed(uid: number, owner: UserOwner, folder = CLAIMS): Promise<boolean> {
  return (await ownerOf(claimFile(folder, uid)))?.recordFile === owner.recordFile;
}

const claimFile = (folder: string, uid: number): string => path.join(folder, `${uid}.json`);

async function take(folder: string, uid: number, owner: UserOwner): Promise<boolean> {
  try {
    await writeFile(claimFile(folder, uid), JSON.stringify(owner), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** Removes a claim that nobody stands behind any more. */
async function free(folder: string, uid: number): Promise<boolean> {
  const file = claimFile(folder, uid);
  const owner = await ownerOf(file);
  const since = await stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => Date.now(),
  );
  if (owner && existsSync(owner.recordFile)) return false;
  if (Date.now() - since < ABANDONED_MS) return false;
  // Of several who find it abandoned one moves it away; a claim made meanwhile is put back.
  const aside = `${file}.${process.pid}`;
  await rename(file, aside).catch(() => undefined);
  const moved = await ownerOf(aside);
  const isOld = moved?.recordFile === owner?.recordFile;
  if (isOld) await rm(aside, { force: true });
  else await rename(aside, file).catch(() => undefined);
  return isOld;
}

async function ownerOf(file: string): Promise<UserOwner | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as UserOwner;
  } catch {
    return null;
  }
}

async function namedUsers(): Promise<readonly number[]> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return text.split('\n').map((line) => Number(line.split(':')[2]));
}
