import { randomUUID } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { countOf, type EvidenceBatch } from '#libs/gateway-protocol';
import type { Logger } from '#libs/observe';
import { asKeptText, batchAsLine, type KeptBatches, readKeptBatches } from './kept-batches.ts';

/** What undelivered batches may take on disk: hours without an api, for a usual number of models. */
const MOST_BYTES = 64 * 1024 * 1024;
/** What is written takes seconds. */
const FORGOTTEN_MS = 600_000;
const UNREADABLE =
  'evidence that was kept on disk cannot be read; it is left where it is. See to the rights of the data folder, or move the file away';

/**
 * Batches that a gateway could not deliver before it stopped, on disk for its next start. Each keeps its
 * (gateway, boot, sequence), so one that had arrived after all is counted once.
 *
 * `evidence-….json` is the file. Beside it may be, each with something between its name and `.json`:
 * - that of a process which found that another one writes the file: two gateways have one folder, by mistake. All are read at the next start;
 * - `newer`: what a newer release wrote, for when it is back;
 * - `damaged`: the last file that could not be read whole, for a person.
 */
export class EvidenceSpool {
  private readonly mine = randomUUID().slice(0, 8);
  private readonly base: string;
  private readonly folder: string;
  private readonly mostBytes: number;
  /** What this process has read or written last, by file: another one has written it where it is another one now. */
  private readonly known = new Map<string, string | null>();
  private own: string;

  constructor(
    private readonly file: string,
    private readonly logger: Pick<Logger, 'error'>,
    { mostBytes = MOST_BYTES }: { readonly mostBytes?: number } = {},
  ) {
    this.own = file;
    this.mostBytes = mostBytes;
    this.folder = path.dirname(file);
    this.base = path.basename(file, '.json');
  }

  /** What the last run left, whichever version wrote it: of a damaged file what can be read. What cannot is told. */
  async read(): Promise<EvidenceBatch[]> {
    const batches = new Map<string, EvidenceBatch>();
    const newer: string[] = [];
    const withNewer: string[] = [];
    for (const file of await this.files()) {
      const kept = await this.readOne(file);
      for (const one of kept?.batches ?? [])
        batches.set(JSON.stringify([one.gateway, one.boot, one.sequence]), one);
      if (!kept || kept.newer.length === 0) continue;
      newer.push(...kept.newer);
      withNewer.push(file);
    }
    await this.setAside(newer, withNewer);
    return [...batches.values()];
  }

  /**
   * Replaces what is there; nothing left over: no file.
   * @returns the batches for which there was no room, the newest
   */
  async write(batches: readonly EvidenceBatch[]): Promise<readonly EvidenceBatch[]> {
    const all = batches.filter((batch) => countOf(batch) > 0);
    const lines: string[] = [];
    let bytes = 4;
    for (const batch of all) {
      const line = batchAsLine(batch);
      bytes += Buffer.byteLength(line) + 2;
      if (bytes > this.mostBytes) break;
      lines.push(line);
    }
    const left = all.slice(lines.length);
    if (lines.length > 0) await this.replace(await this.ownFile(), asKeptText(lines));
    // What other files had is in this one, or delivered.
    if (left.length === 0)
      for (const file of this.known.keys())
        if (lines.length === 0 || file !== this.own) await this.remove(file);
    return left;
  }

  private besides = (what: string): string => path.join(this.folder, `${this.base}.${what}.json`);

  private async files(): Promise<string[]> {
    const ours = (await this.names())
      .filter((name) => name.startsWith(`${this.base}.`))
      .map((name) => path.join(this.folder, name));
    // Of those that were killed while they wrote.
    for (const file of ours.filter((name) => name.endsWith('.new'))) {
      const isForgotten = async () => Date.now() - (await stat(file)).mtimeMs > FORGOTTEN_MS;
      if (await orElse(false, isForgotten)) await orElse(undefined, () => rm(file, { force: true }));
    }
    return ours.filter((file) => file.endsWith('.json') && file !== this.besides('damaged')).sort();
  }

  private async names(): Promise<readonly string[]> {
    try {
      return await readdir(this.folder);
    } catch (error) {
      if (!isMissing(error)) this.logger.error({ err: error, file: this.file }, UNREADABLE);
      return [];
    }
  }

  private async readOne(file: string): Promise<KeptBatches | null> {
    try {
      const before = await identityOf(file);
      if (before === null) return null;
      if ((await stat(file)).size > 2 * this.mostBytes)
        throw new Error('it is larger than any that a gateway writes');
      const kept = readKeptBatches(await readFile(file, 'utf8'));
      this.known.set(file, before);
      if (kept.damaged > 0) await this.tellDamaged(file, kept.damaged);
      return kept;
    } catch (error) {
      this.logger.error({ err: error, file }, UNREADABLE);
      return null;
    }
  }

  private async tellDamaged(file: string, damaged: number): Promise<void> {
    const copy = this.besides('damaged');
    const isCopied = await orElse(false, async () => {
      await copyFile(file, copy);
      return true;
    });
    this.logger.error(
      { file, damaged, ...(isCopied ? { copy } : {}) },
      'evidence that was kept on disk is damaged: what can be read of it is sent, the rest is lost',
    );
  }

  /** For the release that wrote it, once it is back. @param from the files that hold it now */
  private async setAside(newer: readonly string[], from: readonly string[]): Promise<void> {
    if (newer.length === 0) return;
    const file = this.besides('newer');
    this.known.delete(file);
    this.logger.error(
      { file, batches: newer.length },
      'a newer release has kept evidence on disk that this one does not understand: it stays there until that release is started again',
    );
    if (from.every((one) => one === file)) return;
    const fits: string[] = [];
    for (let [i, bytes] = [0, 0]; i < newer.length; i++)
      if ((bytes += Buffer.byteLength(newer[i] ?? '')) <= this.mostBytes) fits.push(newer[i] ?? '');
    try {
      await this.replace(file, asKeptText(fits));
    } catch (error) {
      this.logger.error({ err: error }, 'the disk takes no evidence');
      for (const one of from) this.known.delete(one);
    }
    this.known.delete(file);
  }

  /** The file, unless another process has written it since this one read or wrote it. */
  private async ownFile(): Promise<string> {
    if (this.own !== this.file) return this.own;
    const found = await identityOf(this.file);
    if (found === null || found === (this.known.get(this.file) ?? null)) return this.file;
    this.logger.error(
      { file: this.file },
      'another process keeps evidence in the same file, or it cannot be read: give each gateway a data folder (UNDERSTUDY_HOME) of its own. This one keeps its evidence beside it',
    );
    this.known.delete(this.file);
    this.own = this.besides(this.mine);
    return this.own;
  }

  private async replace(file: string, text: string): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const part = `${file}.${this.mine}.new`;
    try {
      this.known.set(file, await writeWhole(part, file, text));
    } catch (error) {
      await orElse(undefined, () => rm(part, { force: true }));
      throw error;
    }
  }

  /** Unless another process has written it meanwhile. */
  private async remove(file: string): Promise<void> {
    if ((await identityOf(file)) === this.known.get(file)) await rm(file, { force: true });
    this.known.delete(file);
  }
}

/** Beside the file first, and kept by the disk before it has its name. @returns its identity */
async function writeWhole(part: string, file: string, text: string): Promise<string> {
  const handle = await open(part, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
    const identity = identityIn(await handle.stat({ bigint: true }));
    await rename(part, file);
    return identity;
  } finally {
    await handle.close();
  }
}

/** Of a file's content, as far as can be told without reading it; `null`: there is none. */
async function identityOf(file: string): Promise<string | null> {
  try {
    return identityIn(await stat(file, { bigint: true }));
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

const identityIn = ({ ino, size, mtimeNs }: BigIntStats): string => `${ino} ${size} ${mtimeNs}`;
const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

async function orElse<T>(otherwise: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch {
    return otherwise;
  }
}
