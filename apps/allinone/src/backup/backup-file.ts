import { open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { DomainError } from '#libs/kernel';

/**
 * Writes a backup beside the file that it is to be, and moves it there when it is whole and on the disk. An older backup of that name
 * stays until then. Two at once write two files, of which the last one stays. `-`: to standard output.
 * @throws DomainError `backup_not_written`
 */
export async function writeBackup<T>(file: string, content: AsyncGenerator<Buffer, T>): Promise<T> {
  if (file === '-') return pour(content, (chunk) => toStandardOutput(chunk));
  await removeLeftOver(file);
  const part = `${file}.${process.pid}.part`;
  const handle = await open(part, 'w', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw unwritable(file, error);
  });
  try {
    const result = await pour(content, async (chunk) => {
      for (let at = 0; at < chunk.length;) at += (await handle.write(chunk, at)).bytesWritten;
    });
    await handle.sync();
    await rename(part, file);
    return result;
  } catch (error) {
    await rm(part, { force: true });
    throw unwritable(file, error);
  } finally {
    await handle.close();
  }
}

/** Parts of processes that were killed. */
async function removeLeftOver(file: string): Promise<void> {
  const folder = path.dirname(file);
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = name.startsWith(`${path.basename(file)}.`) && /\.(\d+)\.part$/.exec(name)?.[1];
    if (pid && !isRunning(Number(pid))) await rm(path.join(folder, name), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function pour<T>(
  content: AsyncGenerator<Buffer, T>,
  write: (chunk: Buffer) => Promise<void>,
): Promise<T> {
  try {
    for (;;) {
      const { value, done } = await content.next();
      if (done) return value;
      await write(value);
    }
  } finally {
    await content.return(undefined as never).catch(() => undefined);
  }
}

const toStandardOutput = (chunk: Buffer): Promise<void> =>
  new Promise((resolve, reject) =>
    process.stdout.write(chunk, (error) => (error ? reject(error) : resolve())),
  );

const CODES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EACCES: 'this user may not write there',
  ENOENT: 'there is no such folder',
  EROFS: 'the disk can only be read',
};

function unwritable(file: string, error: unknown): unknown {
  const because = CODES[(error as NodeJS.ErrnoException | null)?.code ?? ''];
  if (because === undefined) return error;
  return new DomainError(
    'unavailable',
    'backup_not_written',
    `The backup cannot be written to ${file}: ${because}. Nothing of it is left there. Make room, or name another place.`,
  );
}
