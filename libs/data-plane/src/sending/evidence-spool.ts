import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { countOf, type EvidenceBatch, PROTOCOL_VERSION, readBatch } from '#libs/gateway-protocol';

/** What undelivered batches may take on disk: hours without an api, for a usual number of models. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Batches that a gateway could not deliver before it stopped, on disk for its next start. Each keeps its
 * (gateway, boot, sequence), so one that had arrived after all is counted once.
 */
export class EvidenceSpool {
  constructor(
    private readonly file: string,
    private readonly mostBytes = MOST_BYTES,
  ) {}

  /** What the last run left, whichever version wrote it; empty when there is none that can be read. */
  async read(): Promise<EvidenceBatch[]> {
    try {
      if ((await stat(this.file)).size > 2 * this.mostBytes) return [];
      // eslint-disable-next-line no-restricted-syntax -- a file of our own
      const list: unknown = JSON.parse(await readFile(this.file, 'utf8'));
      return (Array.isArray(list) ? (list as unknown[]) : []).flatMap((one): EvidenceBatch[] => {
        const read = readBatch(one);
        return 'mistakes' in read ? [] : [{ ...read.name, ...read.lists }];
      });
    } catch {
      return [];
    }
  }

  /**
   * Replaces what is there; nothing left over: no file.
   * @returns the batches for which there was no room, the newest
   */
  async write(batches: readonly EvidenceBatch[]): Promise<readonly EvidenceBatch[]> {
    const kept: string[] = [];
    let bytes = 2;
    for (const batch of batches) {
      if (countOf(batch) === 0) continue;
      const text = JSON.stringify({ protocol: PROTOCOL_VERSION, ...batch });
      bytes += Buffer.byteLength(text) + 1;
      if (bytes > this.mostBytes) break;
      kept.push(text);
    }
    const left = batches.filter((batch) => countOf(batch) > 0).slice(kept.length);
    if (kept.length === 0) {
      await rm(this.file, { force: true });
      return left;
    }
    await mkdir(path.dirname(this.file), { recursive: true, mode: 0o700 });
    await writeFile(`${this.file}.new`, `[${kept.join()}]`, { mode: 0o600 });
    await rename(`${this.file}.new`, this.file);
    return left;
  }
}
