import { createHash, randomUUID } from 'node:crypto';
import { constants, createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { DomainError } from '#libs/kernel';
import { type ArtifactVerifier, UPLOADED } from '#libs/engine';
import { BrokenBody, fetchArtifact } from './fetch-artifact.ts';
import type { ArtifactStore } from './artifact-store.ts';

/** Of the machine: environments and memory of processes, ours too. */
const NO_FILES = ['/proc', '/sys', '/dev'];
const at = (pointer: string, detail: string) => [{ pointer, detail }];

export interface ArtifactReaderSettings {
  /** Asks where others say. */
  readonly fetch: typeof fetch;
  /** `file:` artifacts lie below one of them. */
  readonly folders: readonly string[];
  /** Our own: nothing below one of them is an artifact, unless one of `folders` lies between. */
  readonly closed: readonly string[];
  /** No artifact that is named by its address has more bytes. */
  readonly mostBytes: number;
}

/** Reads artifacts (`file:`, `https:`, `http:` of this machine, and uploaded ones) and checks their digest. */
export class ArtifactReader implements ArtifactVerifier {
  constructor(
    private readonly store: ArtifactStore,
    private readonly settings: ArtifactReaderSettings,
  ) {}

  async verify({ uri, digest }: { uri: string; digest: string }): Promise<void> {
    await this.digestWhile(uri, digest, async (source) => {
      for await (const _chunk of source) {
        // only the digest is wanted
      }
    });
  }

  /**
   * The local copy of an artifact, named by its digest. Copies it (checking the digest on the way)
   * when there is none; a copy is complete or not there.
   * @returns the path of the file
   */
  async local(folder: string, artifact: { uri: string; digest: string }): Promise<string> {
    const hex = artifact.digest.replace(/^sha256:/, '');
    const extension = path.extname(new URL(artifact.uri).pathname).replace(/[^.\w]/g, '');
    const file = path.join(folder, 'sha256', `${hex}${extension}`);
    if (
      await stat(file).then(
        () => true,
        () => false,
      )
    )
      return file;
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    const half = `${file}.${randomUUID()}.part`;
    try {
      await this.digestWhile(artifact.uri, artifact.digest, (source) =>
        pipeline(source, createWriteStream(half, { mode: 0o600 })),
      );
      await rename(half, file);
    } finally {
      await rm(half, { force: true });
    }
    return file;
  }

  /** Streams an artifact through `use` and throws unless its digest is the expected one. */
  private async digestWhile(
    uri: string,
    expected: string,
    use: (source: Readable) => Promise<void>,
  ): Promise<void> {
    const hash = createHash('sha256');
    // What was uploaded was measured then; what an address gives is measured here, whatever it says of itself.
    const most = new URL(uri).protocol === UPLOADED ? Infinity : this.settings.mostBytes;
    let size = 0;
    const hashing = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        size += chunk.length;
        if (size > most) return done(tooLarge(uri, most));
        hash.update(chunk);
        done(null, chunk);
      },
    });
    const { source, manner = '' } = await this.open(uri);
    const failed = (error: unknown): never => {
      throw unreadable(uri, error);
    };
    await Promise.all([pipeline(source, hashing).catch(failed), use(hashing).catch(failed)]);
    const actual = `sha256:${hash.digest('hex')}`;
    if (actual !== expected) {
      throw new DomainError(
        'invalid',
        'digest_mismatch',
        `The artifact at ${uri} has digest ${actual} (${size} bytes), not the ${expected} given. Register the digest of the file that is there, or mend the file. ${manner}`.trimEnd(),
        at('/artifact/digest', `is not the digest of the artifact; that is ${actual}`),
      );
    }
  }

  private async open(uri: string): Promise<{ source: Readable; manner?: string }> {
    const url = new URL(uri);
    try {
      if (url.protocol === UPLOADED)
        return { source: await this.openUploaded(url.pathname.split('/')[0] ?? '') };
      if (url.protocol === 'file:') return { source: await this.openFile(uri, fileURLToPath(url)) };
      const fetched = await fetchArtifact(this.settings.fetch, url);
      if ((fetched.length ?? 0) <= this.settings.mostBytes) return fetched;
      fetched.source.destroy();
      throw tooLarge(uri, this.settings.mostBytes);
    } catch (error) {
      throw unreadable(uri, error);
    }
  }

  /** What is read is what was looked at: the file is opened first, for a link may lead elsewhere a moment later. */
  private async openFile(uri: string, given: string): Promise<Readable> {
    const file = await this.allowedFile(given);
    // Neither a pipe nor a device keeps us waiting.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      await this.allowedFile(await nameOfOpen(handle.fd, file));
      const found = await handle.stat();
      if (!found.isFile()) throw new Error('it is not a file');
      if (found.size > this.settings.mostBytes) throw tooLarge(uri, this.settings.mostBytes);
      return handle.createReadStream();
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Whoever registers a version must not learn what else lies on this machine, and of our own folders nothing. */
  private async allowedFile(given: string): Promise<string> {
    const folders = this.settings.folders;
    const file = await realpath(given).catch((error: unknown) => {
      if (depthBelow(given, folders) > depthBelow(given, NO_FILES)) throw error;
      return given;
    });
    const closed = await Promise.all(
      [...this.settings.closed, ...NO_FILES].map((folder) => realpath(folder).catch(() => folder)),
    );
    const open = await Promise.all(folders.map((folder) => realpath(folder).catch(() => folder)));
    if (depthBelow(file, open) > depthBelow(file, closed)) return file;
    throw new Error(
      'files are read only below the folders of ARTIFACT_FILE_FOLDERS, and not from the data folder',
    );
  }

  private async openUploaded(digest: string): Promise<Readable> {
    if ((await this.store.size(digest)) === null)
      throw new DomainError(
        'invalid',
        'artifact_not_uploaded',
        `Nothing with digest ${digest} was uploaded to the folder that this process reads. Upload it first (PUT /api/v1/artifacts/${digest}); every api and worker needs the same ARTIFACT_FOLDER.`,
        at('/artifact/digest', 'not uploaded'),
      );
    return createReadStream(this.store.pathOf(digest));
  }
}

/** The length of the nearest of the folders that a file lies below; -1: none. */
function depthBelow(file: string, folders: readonly string[]): number {
  const above = folders.filter((folder) => {
    const way = path.relative(folder, file);
    return way !== '' && way.split(path.sep)[0] !== '..' && !path.isAbsolute(way);
  });
  return Math.max(-1, ...above.map((folder) => folder.length));
}

/** Where an open file lies now, as the kernel says it; where it does not say, what the name leads to. */
const nameOfOpen = (fd: number, file: string): Promise<string> =>
  realpath(`/proc/self/fd/${fd}`).catch(() => realpath(file));

const tooLarge = (uri: string, mostBytes: number): DomainError =>
  new DomainError(
    'invalid',
    'artifact_too_large',
    `The artifact at ${uri} has more than ${mostBytes} bytes. Have the operator raise MAX_ARTIFACT_BYTES, or register a smaller one.`,
    at('/artifact/uri', `has more than ${mostBytes} bytes`),
  );

function unreadable(uri: string, error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const { message, cause: inner } = error as Error;
  const cause = inner instanceof Error && !(error instanceof BrokenBody) ? inner.message : message;
  return new DomainError(
    'invalid',
    'artifact_unreadable',
    `The artifact at ${uri} cannot be read (${cause}). Put it where this server can read it, and register again.`,
    at('/artifact/uri', 'cannot be read'),
  );
}
