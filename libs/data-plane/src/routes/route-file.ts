import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { readRoutes } from '#libs/gateway-protocol';
import { canonicalJson } from '#libs/kernel';
import type { Route } from '#libs/traffic';

/** What a gateway needs to serve without the api. */
export interface KnownRoutes {
  readonly routes: readonly Route[];
  readonly receiptKey: string | null;
}

/**
 * The last known good routes on disk, so that a gateway that starts while the api is away serves all
 * the same. Written whole beside the file and renamed; a file whose checksum is wrong is not used.
 */
export class RouteFile {
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly file: string) {}

  /** `null` when there is none, or none that can be trusted. Whichever version wrote it: what is known of it is read. */
  async read(): Promise<KnownRoutes | null> {
    try {
      // eslint-disable-next-line no-restricted-syntax -- a file of our own
      const { checksum, ...known } = JSON.parse(await readFile(this.file, 'utf8')) as KnownRoutes & {
        checksum: string;
      };
      if (checksum !== checksumOf(known)) return null;
      return { routes: readRoutes(known.routes).routes, receiptKey: known.receiptKey };
    } catch {
      return null;
    }
  }

  /** One write at a time, in order. */
  write(known: KnownRoutes): Promise<void> {
    this.writing = this.replaceAfter(this.writing, known);
    return this.writing;
  }

  private async replaceAfter(last: Promise<void>, known: KnownRoutes): Promise<void> {
    try {
      await last;
    } catch {
      // Whoever asked for that write has been told.
    }
    await this.replace(known);
  }

  private async replace(known: KnownRoutes): Promise<void> {
    await mkdir(path.dirname(this.file), { recursive: true, mode: 0o700 });
    const handle = await open(`${this.file}.new`, 'w', 0o600);
    try {
      await handle.writeFile(JSON.stringify({ checksum: checksumOf(known), ...known }));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(`${this.file}.new`, this.file);
  }
}

const checksumOf = ({ routes, receiptKey }: KnownRoutes): string =>
  createHash('sha256').update(canonicalJson({ routes, receiptKey })).digest('hex');
