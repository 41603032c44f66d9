import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import path from 'node:path';

const FILES = ['secrets.key', 'gateway-token', 'postgres.json', 'running.json', 'admin-token-unseen'];
/** Not `postgres` (PostgreSQL's user has it) and not `servers` (its folders belong to the servers' users). */
const FOLDERS = ['logs', 'deployments', 'artifacts', 'uploads', 'gateway'];

/**
 * Sees to it that nobody else reads what is in a data folder: files 0600, folders 0700. The folder
 * itself, when it is made here, may be passed through where root shares it with PostgreSQL's and the model
 * servers' users; one that was there keeps its mode, since it may be anything. Only names of ours are touched.
 * @param folders those that this process is going to need
 * @returns what is open to others and could not be closed
 */
export function secureDataFolder(home: string, folders: readonly string[] = []): readonly string[] {
  mkdirSync(home, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  for (const name of folders) mkdirSync(path.join(home, name), { recursive: true, mode: 0o700 });
  if (process.platform === 'win32') return [];
  return [...FILES, ...FOLDERS].map((name) => path.join(home, name)).filter((file) => !isClosed(file));
}

function isClosed(file: string): boolean {
  const found = lstatSync(file, { throwIfNoEntry: false });
  // A link is the operator's, as is what it leads to.
  if (!found || found.isSymbolicLink() || (found.mode & 0o077) === 0) return true;
  try {
    chmodSync(file, found.isDirectory() ? 0o700 : 0o600);
    return true;
  } catch {
    return false;
  }
}
