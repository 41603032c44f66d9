import { open, rename, rm } from 'node:fs/promises';
import { DomainError } from '#libs/kernel';

/**
 * Writes a backup beside the file that it is to be, and moves it there when it is whole and on the disk. An older backup of that name
 * stays until then. `-`: to standard output.
 * @throws DomainError `disk_full`, `backup_exists`
 */
export async function writeBackup<T>(file: string, content: AsyncGenerator<Buffer, T>): Promise<T> {
  if (file === '-') return pour(content, (chunk) => toStandardOutput(chunk));
  const part = `${file}.part`;
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
