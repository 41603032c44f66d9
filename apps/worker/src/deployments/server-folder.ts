import { createHash } from 'node:crypto';
import { chmod, chown, mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { isOpenToAll, OPEN_PLACE } from '#libs/processes';
import { secondName } from './second-names.ts';

/** A server's own folder, and what is in it. */
export interface ServerFolder {
  readonly folder: string;
  /** Where it starts, its HOME; it alone may enter. */
  readonly work: string;
  readonly temporary: string;
  /** The artifact, by a name that the server can read; `null`: its command asks for none. */
  readonly artifact: string | null;
}

/** Where the folders of an installation's servers are: reachable by other users where they have some. */
export function serversFolder(home: string, hasUsers: boolean): string {
  if (!hasUsers || isOpenToAll(home)) return path.join(home, 'servers');
  const name = createHash('sha256').update(path.resolve(home)).digest('hex').slice(0, 16);
  return path.join(OPEN_PLACE, 'servers', name);
}

/**
 * Makes a server's folder anew. With a user of its own, it holds the artifact too (a second name of the
 * file or of a folder's files, or a copy on another disk), which is root's and read only; nobody else can enter.
 */
export async function makeServerFolder(
  servers: string,
  name: string,
  artifact: string | null,
  user: number | null,
): Promise<ServerFolder> {
  const folder = path.join(servers, name);
  const work = path.join(folder, 'work');
  const temporary = path.join(work, 'tmp');
  await rm(folder, { recursive: true, force: true });
  await mkdir(servers, { recursive: true, mode: 0o711 });
  await mkdir(folder, { mode: 0o700 });
  await mkdir(temporary, { recursive: true, mode: 0o700 });
  if (user === null) return { folder, work, temporary, artifact };
  const visible = artifact === null ? null : path.join(folder, path.basename(artifact));
  if (artifact !== null && visible !== null)
    await secondName(artifact, visible, (await stat(artifact)).isDirectory());
  for (const own of [temporary, work]) await chown(own, user, user);
  // Passed through by this user alone, who may change nothing in it.
  await chown(folder, 0, user);
  await chmod(folder, 0o710);
  return { folder, work, temporary, artifact: visible };
}
