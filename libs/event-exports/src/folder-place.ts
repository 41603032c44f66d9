import { createReadStream } from 'node:fs';
import { link, mkdir, open, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { DomainError } from '#libs/kernel';
import type { ExportPlace } from './export-place.ts';

const CODES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EACCES: 'this user may not do that there',
  ENOENT: 'it is not there',
  EROFS: 'the disk can only be read',
  EEXIST: 'a file of that name is there already',
  ENOTDIR: 'it is no folder',
  EIO: 'the disk cannot be read or written',
  ESTALE: 'the network disk that it is on is gone',
};
/** Of systems that know no second name of a file. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** A folder, which is made when the first file is written. One that is killed leaves a `.part`, which the next one writes anew. */
export function folderPlace(folder: string): ExportPlace {
  const failed = (file: string, error: unknown): unknown => {
    const { code = '', syscall } = (error ?? {}) as NodeJS.ErrnoException;
    const named =
      syscall === 'link' && NO_LINKS.has(code)
        ? 'its file system knows no hard links, without which two runs could write one file; use another folder, or s3://bucket/prefix'
        : CODES[code];
    const because = named ?? (syscall === undefined ? undefined : `${syscall} fails with ${code}`);
    if (because === undefined) return error;
    return new DomainError(
      'unavailable',
      'export_place_failed',
      `${path.join(folder, file)}: ${because}. No event was deleted.`,
    );
  };
  return {
    name: folder,
    list: async () => {
      try {
        return await readdir(folder);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw failed('', error);
      }
    },
    read: async function* (file) {
      try {
        for await (const chunk of createReadStream(path.join(folder, file))) yield chunk as Buffer;
      } catch (error) {
        throw failed(file, error);
      }
    },
    write: async (file, content) => {
      const part = path.join(folder, `${file}.part`);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await rm(part, { force: true });
        const handle = await open(part, 'wx', 0o600);
        try {
          for await (const chunk of content)
            for (let at = 0; at < chunk.length;) at += (await handle.write(chunk, at)).bytesWritten;
          await handle.sync();
        } finally {
          await handle.close();
        }
        // Unlike a renaming, it refuses where one is there.
        await link(part, path.join(folder, file));
        await syncFolder(folder);
      } catch (error) {
        throw failed(file, error);
      } finally {
        await rm(part, { force: true }).catch(() => undefined);
      }
    },
  };
}

/** A name is kept when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
