import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { StoredArtifact, UploadStore } from '#libs/engine';
import { DomainError } from '#libs/kernel';
import { isFull, storageFull } from './artifact-errors.ts';

/** No byte for so long: the sender is gone, or means no good. */
const IDLE_MS = 60_000;
/** What nobody has written to for so long belongs to a process that died. */
const ABANDONED_MS = 10 * 60_000;
const PART = '.part';
/** For us and, where api and worker are different users, their group; never for a model server's user. */
const FOLDER_MODE = 0o750;
const FILE_MODE = 0o640;

/**
 * Uploaded artifacts, each a file named by its SHA-256. A file is complete or not there: bytes are
 * written beside it, brought to the disk, and moved into place under the name that they earned.
 */
export class ArtifactStore implements UploadStore {
  /** @param folder shared by every process that serves or starts artifacts */
  constructor(
    readonly folder: string,
    private readonly mostBytes: number,
    private readonly idleMs = IDLE_MS,
  ) {}

  async put(source: Readable, expected: string | null): Promise<StoredArtifact> {
    const incoming = path.join(this.folder, 'incoming');
    await mkdir(incoming, { recursive: true, mode: FOLDER_MODE });
    const part = path.join(incoming, `${randomUUID()}${PART}`);
    try {
      const { digest, size } = await this.write(part, source);
      if (expected !== null && digest !== expected) throw mismatch(digest, expected);
      const file = this.pathOf(digest);
      const isNew = (await sizeOf(file)) === null;
      await mkdir(path.dirname(file), { recursive: true, mode: FOLDER_MODE });
      await rename(part, file);
      await syncFolder(path.dirname(file));
      return { digest, size, isNew };
    } finally {
      await rm(part, { force: true });
    }
  }

  /** Bytes of an artifact; `null`: it is not here. */
  size(digest: string): Promise<number | null> {
    return sizeOf(this.pathOf(digest));
  }

  /** Where an artifact is, or would be. */
  pathOf(digest: string): string {
    return path.join(this.folder, this.nameOf(digest));
  }

  /** The same, below the store's folder. */
  nameOf(digest: string): string {
    const hex = digest.replace(/^sha256:/, '');
    // Folders of 256 parts each, so that none holds a million names.
    return path.join('sha256', hex.slice(0, 2), hex);
  }

  async clearAbandoned(now: number): Promise<number> {
    const incoming = path.join(this.folder, 'incoming');
    let removed = 0;
    for (const name of await readdir(incoming).catch(() => [])) {
      const part = path.join(incoming, name);
      const written = await stat(part).catch(() => null);
      if (!name.endsWith(PART) || written === null || now - written.mtimeMs < ABANDONED_MS) continue;
      await rm(part, { force: true });
      removed++;
    }
    return removed;
  }

  private async write(part: string, source: Readable): Promise<{ digest: string; size: number }> {
    const hash = createHash('sha256');
    let size = 0;
    const file = await open(part, 'wx', FILE_MODE);
    const idle = setTimeout(() => source.destroy(new Error('no byte came for a while')), this.idleMs);
    try {
      // What is too much is not cut off here: whoever sends it is to read why.
      for await (const chunk of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        idle.refresh();
        size += chunk.length;
        if (size > this.mostBytes) throw tooLarge(this.mostBytes);
        hash.update(chunk);
        await writeAll(file, chunk);
      }
      await file.sync();
    } catch (error) {
      throw brokenOff(error);
    } finally {
      clearTimeout(idle);
      await file.close();
    }
    return { digest: `sha256:${hash.digest('hex')}`, size };
  }
}

async function writeAll(file: FileHandle, chunk: Buffer): Promise<void> {
  for (let at = 0; at < chunk.length;) at += (await file.write(chunk, at)).bytesWritten;
}

/** A name is safe once the folder that holds it is on the disk. Not every file system can. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

async function sizeOf(file: string): Promise<number | null> {
  return stat(file).then(
    (found) => (found.isFile() ? found.size : null),
    () => null,
  );
}

const mismatch = (actual: string, expected: string): DomainError =>
  new DomainError(
    'invalid',
    'digest_mismatch',
    `What came has digest ${actual}, not ${expected}. Nothing was kept; send it again.`,
    [{ pointer: '', detail: `has digest ${actual}` }],
  );

const tooLarge = (mostBytes: number): DomainError =>
  new DomainError(
    'too_large',
    'artifact_too_large',
    `An artifact has at most ${mostBytes} bytes here. Have the operator raise MAX_ARTIFACT_BYTES, or send a smaller one.`,
  );

function brokenOff(error: unknown): Error {
  if (error instanceof DomainError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (isFull(error)) return storageFull();
  if (code?.startsWith('E') && code !== 'ECONNRESET' && code !== 'EPIPE') return error as Error;
  return new DomainError(
    'malformed',
    'upload_incomplete',
    `The upload broke off (${message}). Nothing was kept; send it again.`,
  );
}
