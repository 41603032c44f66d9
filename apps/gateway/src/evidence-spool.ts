import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { EvidenceBatch } from './evidence-batch.ts';

/**
 * Batches that a gateway could not deliver before it stopped, on disk for its next start. Each keeps its
 * (gateway, boot, sequence), so one that had arrived after all is counted once.
 */
export class EvidenceSpool {
  constructor(private readonly file: string) {}

  /** What the last run left; empty when there is none that can be read. */
  async read(): Promise<EvidenceBatch[]> {
    try {
      return JSON.parse(await readFile(this.file, 'utf8')) as EvidenceBatch[];
    } catch {
      return [];
    }
  }

  /** Replaces what is there; nothing left over: no file. */
  async write(batches: readonly EvidenceBatch[]): Promise<void> {
    if (batches.length === 0) return rm(this.file, { force: true });
    await mkdir(path.dirname(this.file), { recursive: true, mode: 0o700 });
    await writeFile(`${this.file}.new`, JSON.stringify(batches), { mode: 0o600 });
    await rename(`${this.file}.new`, this.file);
  }
}
