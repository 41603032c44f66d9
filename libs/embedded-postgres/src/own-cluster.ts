import { chmod, lchown, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { SystemUser } from './system-user.ts';

/** Gives a cluster's files to PostgreSQL's user: of a copy that root made (cp -r), they are root's. */
export async function ownCluster(data: string, user: SystemUser | null): Promise<void> {
  if (!user) return;
  const { uid } = await stat(data);
  const control = await stat(path.join(data, 'global', 'pg_control')).catch(() => null);
  if (uid === user.uid && (control === null || control.uid === user.uid)) return;
  const names = await readdir(data, { recursive: true });
  for (const name of ['', ...names]) await lchown(path.join(data, name), user.uid, user.gid);
  await chmod(data, 0o700);
}
