import { execFileSync } from 'node:child_process';
import { DomainError } from '#libs/kernel';

/** Whom PostgreSQL runs as. It refuses to run as root. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

const NAME = 'postgres';

/**
 * As root: the user `postgres`, made when there is none. Otherwise `null`: ourselves.
 * @throws DomainError when the user cannot be made
 */
export function postgresUser(): SystemUser | null {
  if (process.platform === 'win32' || process.getuid?.() !== 0) return null;
  const known = look();
  if (known) return known;
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', NAME], { stdio: 'pipe' });
  } catch (error) {
    throw new DomainError(
      'unavailable',
      'no_postgres_user',
      `PostgreSQL does not run as root, and the user "${NAME}" could not be made (${String(error).split('\n')[0]}). Make it, start as another user, or set DATABASE_URL.`,
    );
  }
  return look();
}

function look(): SystemUser | null {
  try {
    const id = (flag: string): number =>
      Number(execFileSync('id', [flag, NAME], { stdio: 'pipe' }).toString());
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return null;
  }
}
