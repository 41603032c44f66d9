import { mkdir, opendir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import type { UploadedFile, UploadedFiles } from '#libs/engine';
import type { ArtifactStore } from './artifact-store.ts';

const HEX = /^[0-9a-f]{64}$/;

/** The files of an artifact store, for whoever removes what nobody needs. */
export class UploadedFolder implements UploadedFiles {
  /** @param now this machine's clock, as are the files' times */
  constructor(
    private readonly store: ArtifactStore,
    private readonly now: () => number = Date.now,
  ) {}

  async *list(): AsyncIterable<UploadedFile> {
    const root = path.join(this.store.folder, 'sha256');
    for await (const part of namesIn(root)) yield* filesIn(path.join(root, part));
  }

  aside(): AsyncIterable<UploadedFile> {
    return filesIn(this.asideFolder);
  }

  async putAside(digest: string): Promise<void> {
    await mkdir(this.asideFolder, { recursive: true, mode: 0o750 });
    const to = this.asideOf(digest);
    await rename(this.store.pathOf(digest), to).catch(ignoreMissing);
    // Since when it is here; one that was sent again meanwhile is a file of its own.
    const at = new Date(this.now());
    await utimes(to, at, at).catch(ignoreMissing);
  }

  async putBack(digest: string): Promise<void> {
    const to = this.store.pathOf(digest);
    await mkdir(path.dirname(to), { recursive: true, mode: 0o750 });
    await rename(this.asideOf(digest), to).catch(ignoreMissing);
  }

  async removeAside(digest: string): Promise<void> {
    await rm(this.asideOf(digest), { force: true });
  }

  private get asideFolder(): string {
    return path.join(this.store.folder, 'unnamed');
  }

  private asideOf(digest: string): string {
    return path.join(this.asideFolder, digest.replace(/^sha256:/, ''));
  }
}

/** Another process has done the same. */
function ignoreMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}

async function* namesIn(folder: string): AsyncGenerator<string> {
  const found = await opendir(folder).catch(ignoreMissing);
  if (found) for await (const { name } of found) yield name;
}

async function* filesIn(folder: string): AsyncGenerator<UploadedFile> {
  for await (const name of namesIn(folder)) {
    if (!HEX.test(name)) continue;
    const file = await stat(path.join(folder, name)).catch(ignoreMissing);
    if (file?.isFile()) yield { digest: `sha256:${name}`, sentAt: file.mtimeMs };
  }
}
