import { createHash, createHmac, type Hash, hkdfSync, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { DomainError } from '#libs/kernel';

/*
 * The file of a backup, in one stream (docs/guides/backup.md#the-format): `UNDERSTUDY-BACKUP 1\n`, then blocks. A block is its kind (one
 * byte), its length (4 bytes, big-endian) and so many bytes. H: what it is; E: an entry begins; D: some of its bytes; Z: it has ended;
 * M: the last block, which says how many entries there were, and authenticates every byte before it.
 */

const MAGIC = Buffer.from('UNDERSTUDY-BACKUP 1\n');
/** Of one block; what a reader holds. */
const MOST_BLOCK_BYTES = 4 * 1024 * 1024;

export const header = z.looseObject({
  /** RFC 3339 */
  takenAt: z.string(),
  /** Which key of secrets it belongs to (`keyId`): the key itself is not in it. */
  key: z.string(),
  /** Migrations that its database had, in their order: its schema. */
  migrations: z.array(z.string()).min(1),
});
export type Header = z.infer<typeof header>;

const name = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/);
export const entry = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('table'), table: name, columns: z.array(name).min(1) }),
  z.object({ kind: z.literal('artifact'), digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) }),
  z.object({
    kind: z.literal('sequence'),
    sequence: name,
    value: z.string().regex(/^\d{1,19}$/),
    isCalled: z.boolean(),
  }),
]);
export type Entry = z.infer<typeof entry>;
const entryEnd = z.object({ bytes: z.int().min(0), sha256: z.string() });
export const manifest = z.looseObject({ entries: z.int().min(0), mac: z.string() });

export type Kind = 'H' | 'E' | 'D' | 'Z' | 'M';

const unfit = (detail: string): DomainError => new DomainError('invalid', 'backup_unreadable', detail);
const cutOff = (): DomainError =>
  unfit('The backup is cut off: its end is missing. Nothing of it is kept. Take it from another copy.');
const changed = (where: string): DomainError =>
  unfit(`The backup was changed or damaged (${where}). Nothing of it is kept. Take it from another copy.`);

/** Names a key without telling anything of it. */
export const keyId = (key: Buffer): string =>
  createHmac('sha256', key).update('understudy backup: which key').digest('hex').slice(0, 16);

const macOf = (key: Buffer, digest: Buffer): Buffer =>
  createHmac('sha256', Buffer.from(hkdfSync('sha256', key, '', 'understudy backup: whole', 32)))
    .update(digest)
    .digest();

/** Block after block as bytes, with the digest of all of them. */
export class BackupWriter {
  private readonly whole: Hash = createHash('sha256').update(MAGIC);
  private own: Hash = createHash('sha256');
  private bytes = 0;
  private entries = 0;

  constructor(private readonly key: Buffer) {}

  begin(head: Header): Buffer {
    return Buffer.concat([MAGIC, this.block('H', JSON.stringify(head))]);
  }

  beginEntry(of: Entry): Buffer {
    this.own = createHash('sha256');
    this.bytes = 0;
    this.entries++;
    return this.block('E', JSON.stringify(of));
  }

  *data(chunk: Buffer): Generator<Buffer> {
    this.own.update(chunk);
    this.bytes += chunk.length;
    for (let at = 0; at < chunk.length; at += MOST_BLOCK_BYTES)
      yield this.block('D', chunk.subarray(at, at + MOST_BLOCK_BYTES));
  }

  /** @returns the block, and what the entry came to */
  endEntry(): { readonly block: Buffer; readonly bytes: number; readonly sha256: string } {
    const [bytes, sha256] = [this.bytes, this.own.digest('hex')];
    return { block: this.block('Z', JSON.stringify({ bytes, sha256 })), bytes, sha256 };
  }

  end(): Buffer {
    const mac = macOf(this.key, this.whole.digest()).toString('hex');
    return blockOf('M', Buffer.from(JSON.stringify({ entries: this.entries, mac })));
  }

  private block(kind: Kind, content: string | Buffer): Buffer {
    const made = blockOf(kind, Buffer.from(content as never));
    this.whole.update(made);
    return made;
  }
}

function blockOf(kind: Kind, content: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(kind, 0, 'latin1');
  head.writeUInt32BE(content.length, 1);
  return Buffer.concat([head, content]);
}

/** Reads blocks, one at a time; whatever is not as it was written is found at the latest with `end`. */
export class BackupReader {
  private readonly whole: Hash = createHash('sha256');
  private readonly bytes: ByteReader;
  private entries = 0;

  constructor(source: AsyncIterable<Buffer>) {
    this.bytes = new ByteReader(source);
  }

  /** @throws DomainError `backup_unreadable` for what is no backup, or one of another format */
  async begin(): Promise<Header> {
    const magic = await this.bytes.exactly(MAGIC.length);
    if (!magic.subarray(0, 17).equals(MAGIC.subarray(0, 17)))
      throw unfit('This file is no backup of Understudy: it does not begin with UNDERSTUDY-BACKUP.');
    if (!magic.equals(MAGIC))
      throw unfit(
        `This backup has the format ${JSON.stringify(magic.subarray(18, -1).toString('latin1'))}; this release reads format 1. Restore it with the release that made it.`,
      );
    this.whole.update(magic);
    const { kind, content } = await this.next();
    if (kind !== 'H') throw changed('its head is missing');
    return read(header, content, 'its head');
  }

  /** The next entry, or `null` after the last one. Its bytes are to be read (`data`) before the one after it. */
  async entry(): Promise<Entry | null> {
    const before = this.whole.copy();
    const { kind, content } = await this.next();
    if (kind === 'E') {
      this.entries++;
      return read(entry, content, `entry ${this.entries}`);
    }
    if (kind !== 'M') throw changed(`after entry ${this.entries}`);
    this.end = { said: read(manifest, content, 'its end'), digest: before.digest() };
    return null;
  }

  /** The bytes of the entry that was read last. @throws DomainError where they are not those that were written */
  async *data(): AsyncGenerator<Buffer> {
    const own = createHash('sha256');
    let bytes = 0;
    for (;;) {
      const { kind, content } = await this.next();
      if (kind === 'D') {
        own.update(content);
        bytes += content.length;
        yield content;
        continue;
      }
      if (kind !== 'Z') throw changed(`entry ${this.entries}`);
      const said = read(entryEnd, content, `entry ${this.entries}`);
      if (said.bytes !== bytes || said.sha256 !== own.digest('hex')) throw changed(`entry ${this.entries}`);
      return;
    }
  }

  private end: { readonly said: z.infer<typeof manifest>; readonly digest: Buffer } | null = null;

  /** After the last entry: is every byte the one that was written by who has the key? @throws DomainError */
  async assertWhole(key: Buffer): Promise<void> {
    if (!this.end) throw cutOff();
    const said = Buffer.from(this.end.said.mac, 'hex');
    const mac = macOf(key, this.end.digest);
    if (this.end.said.entries !== this.entries || said.length !== mac.length || !timingSafeEqual(said, mac))
      throw changed('its end does not belong to it');
    if (!(await this.bytes.isAtEnd())) throw changed('something follows its end');
  }

  private async next(): Promise<{ readonly kind: string; readonly content: Buffer }> {
    const head = await this.bytes.exactly(5);
    const length = head.readUInt32BE(1);
    if (length > MOST_BLOCK_BYTES) throw changed(`a block of ${length} bytes`);
    const content = await this.bytes.exactly(length);
    this.whole.update(head).update(content);
    return { kind: head.toString('latin1', 0, 1), content };
  }
}

function read<T extends z.ZodType>(schema: T, content: Buffer, where: string): z.output<T> {
  try {
    return schema.parse(JSON.parse(content.toString('utf8')));
  } catch {
    throw changed(where);
  }
}

/** So many bytes of a stream at a time, whatever pieces it comes in. */
class ByteReader {
  private readonly source: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.source = source[Symbol.asyncIterator]();
  }

  async exactly(length: number): Promise<Buffer> {
    const parts = [this.rest];
    let have = this.rest.length;
    while (have < length) {
      const { value, done } = await this.source.next();
      if (done) throw cutOff();
      parts.push(value);
      have += value.length;
    }
    const all = parts.length === 1 ? this.rest : Buffer.concat(parts);
    this.rest = all.subarray(length);
    return all.subarray(0, length);
  }

  async isAtEnd(): Promise<boolean> {
    return this.rest.length === 0 && (await this.source.next()).done === true;
  }
}
