import { spawn } from 'node:child_process';
import { chmod, chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DomainError } from '#libs/kernel';
import type { Binaries } from './binaries.ts';
import { ENVIRONMENT, USER } from './names.ts';
import type { SystemUser } from './system-user.ts';

/** Makes an empty cluster, whole or not at all. */
export async function makeCluster(
  binaries: Binaries,
  { data, password }: { readonly data: string; readonly password: string },
  user: SystemUser | null,
): Promise<void> {
  // A cluster that was only half made has no PG_VERSION, or is in the folder with the other name.
  const half = `${data}.new`;
  await rm(half, { recursive: true, force: true });
  await rm(data, { recursive: true, force: true });
  await mkdir(path.dirname(data), { recursive: true, mode: 0o755 });
  await mkdir(half, { mode: 0o700 });
  const passwordFile = path.join(path.dirname(data), `.pw-${process.pid}`);
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user) {
    await chown(half, user.uid, user.gid);
    await chown(passwordFile, user.uid, user.gid);
  }
  try {
    const words = ['--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8'];
    await run(binaries.initdb, ['-D', half, '-U', USER, ...words, '--locale=C', '--no-sync'], user);
    await chmod(half, 0o700);
    await rename(half, data);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

function run(program: string, args: readonly string[], user: SystemUser | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...user, stdio: ['ignore', 'pipe', 'pipe'], env: ENVIRONMENT });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0
        ? resolve()
        : reject(
            new DomainError(
              'unavailable',
              'initdb_failed',
              `PostgreSQL's data folder could not be made: ${output.trim()}`,
            ),
          ),
    );
  });
}
