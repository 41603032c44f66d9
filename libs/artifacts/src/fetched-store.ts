import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, open, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import {
  beginsManifest,
  digestOfManifest,
  MANIFEST_HEADER,
  type ManifestFile,
  parseManifest,
} from '#libs/folders';
import { ArtifactStore } from './artifact-store.ts';
import { removeUnused } from './remove-unused.ts';

/** Nobody writes to what has earned its name, and what has the same digest shares it. */
const KEPT_MODE = 0o440;
const FOLDER_MODE = 0o750;

/**
 * Copies of folders' files by their digest, and the manifests of the folders; beside the uploads, so that api and worker
 * share them. They can be fetched again: they are in no backup, and go when nobody has used them for long.
 */
export class FetchedStore {
  private readonly files: ArtifactStore;

  /** @param folder below `ARTIFACT_FOLDER` */
  constructor(
    private readonly folder: string,
    mostBytes: number,
  ) {
    this.files = new ArtifactStore(folder, mostBytes);
  }

  pathOf(digest: string): string {
    return this.files.pathOf(digest);
  }

  /** Bytes of a file; `null`: it is not here. It counts as used. */
  async use(digest: string): Promise<number | null> {
    const size = await this.files.size(digest);
    if (size !== null) await touch(this.pathOf(digest));
    return size;
  }

  async put(source: Readable): Promise<{ digest: string; size: number }> {
    const { digest, size } = await this.files.put(source, null);
    await chmod(this.pathOf(digest), KEPT_MODE).catch(() => undefined);
    return { digest, size };
  }

  /** Keeps a manifest; its digest is the folder's. */
  async putManifest(text: string): Promise<string> {
    return (await this.put(Readable.from([Buffer.from(text)]))).digest;
  }

  /** The files of a folder that was fetched here; `null`: it was not, or the digest is a file's. */
  async manifest(digest: string): Promise<readonly ManifestFile[] | null> {
    const file = this.pathOf(digest);
    if ((await this.use(digest)) === null || !beginsManifest(await headOf(file))) return null;
    const text = await readFile(file, 'utf8');
    return digestOfManifest(text) === digest ? parseManifest(text) : null;
  }

  /** Is a folder here with all its files, as they were? Reads them all; one that is damaged is removed. */
  async isWhole(digest: string): Promise<boolean> {
    const files = await this.manifest(digest);
    if (files === null) return false;
    let isWhole = true;
    for (const { digest: of } of files) {
      if ((await this.use(of)) !== null && (await this.isAsNamed(of))) continue;
      await rm(this.pathOf(of), { force: true });
      isWhole = false;
    }
    return isWhole;
  }

  private async isAsNamed(digest: string): Promise<boolean> {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(this.pathOf(digest))) hash.update(chunk as Buffer);
    return `sha256:${hash.digest('hex')}` === digest;
  }

  /** The digest that a place's file had when it was last read, while its copy is here. @param key place, path and stamp */
  async seen(key: readonly unknown[]): Promise<string | null> {
    const note = this.noteOf(key);
    const digest = await readFile(note, 'utf8').catch(() => '');
    if (!/^sha256:[0-9a-f]{64}$/.test(digest) || (await this.use(digest)) === null) return null;
    await touch(note);
    return digest;
  }

  async remember(key: readonly unknown[], digest: string): Promise<void> {
    const note = this.noteOf(key);
    await mkdir(path.dirname(note), { recursive: true, mode: FOLDER_MODE });
    const half = `${note}.${randomUUID()}.part`;
    try {
      await writeFile(half, digest, { mode: 0o640 });
      await rename(half, note);
    } finally {
      await rm(half, { force: true });
    }
  }

  /** Removes what nobody has used since, and what broke off; returns how many. */
  async tidy(now: number, keptMs: number): Promise<number> {
    await this.files.clearAbandoned(now);
    const roots = ['sha256', 'seen'].map((name) => path.join(this.folder, name));
    return removeUnused(roots, now - keptMs);
  }

  private noteOf(key: readonly unknown[]): string {
    const hex = createHash('sha256').update(JSON.stringify(key)).digest('hex');
    return path.join(this.folder, 'seen', hex.slice(0, 2), hex);
  }
}

/** The file's time says when it was last used. */
async function touch(file: string): Promise<void> {
  const at = new Date();
  await utimes(file, at, at).catch(() => undefined);
}

async function headOf(file: string): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const head = Buffer.alloc(MANIFEST_HEADER.length);
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Is there anything of this name? */
export const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );
