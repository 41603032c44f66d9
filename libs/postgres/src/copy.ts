import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type pg from 'pg';

/** What of pg's connection is used by queries of one's own (`client.query(submittable)`). */
interface Wire {
  readonly stream: Duplex;
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(because: string): void;
}

/** Bytes that are handed on together: PostgreSQL sends each row by itself. */
const CHUNK_BYTES = 256 * 1024;
/** Bytes that wait for whoever reads; more are left in the connection, and so on the server. */
const MOST_WAITING_BYTES = 1024 * 1024;

/** A query that speaks the COPY protocol (PostgreSQL, "COPY Operations"); pg itself knows only how to refuse one. */
class Copy {
  wire: Wire | null = null;
  readonly done: Promise<void>;
  private resolve!: () => void;
  private reject!: (error: Error) => void;
  failure: Error | null = null;
  onData: (chunk: Buffer) => void = () => undefined;
  onWanted: () => void = () => undefined;

  constructor(private readonly text: string) {
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.done.catch(() => undefined);
  }

  submit(wire: Wire): void {
    this.wire = wire;
    wire.query(this.text);
  }
  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    this.onData(chunk);
  }
  handleCopyInResponse(): void {
    this.onWanted();
  }
  /** The driver's last word for a query: it tells one that has failed of nothing that comes after it. */
  handleError(error: Error): void {
    this.failure ??= error;
    this.reject(this.failure);
    this.onWanted();
  }
  handleReadyForQuery(): void {
    this.resolve();
  }
  /** @throws what the database has said against it so far */
  assertGoesOn(): void {
    if (this.failure) throw this.failure;
  }
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleCommandComplete(): void {}
  handlePortalSuspended(): void {}
  handleEmptyQuery(): void {}
}

/**
 * What `COPY … TO STDOUT` writes, in pieces; never more of it in memory than about a megabyte, however long a table is. Whoever stops
 * reading before its end loses the connection: there is no other way to end it.
 * @throws the database's error
 */
export async function* copyOut(client: pg.Client, text: string): AsyncGenerator<Buffer> {
  const copy = new Copy(text);
  let waiting: Buffer[] = [];
  let bytes = 0;
  let isOver = false;
  let wake = (): void => undefined;
  copy.onData = (chunk) => {
    // The parser uses its buffer again.
    waiting.push(Buffer.from(chunk));
    bytes += chunk.length;
    if (bytes >= MOST_WAITING_BYTES) copy.wire?.stream.pause();
    if (bytes >= CHUNK_BYTES) wake();
  };
  const ended = (): void => {
    isOver = true;
    wake();
  };
  copy.done.then(ended, ended);
  client.query(copy as unknown as pg.Submittable);
  try {
    for (;;) {
      if (!isOver && bytes < CHUNK_BYTES) await new Promise<void>((resolve) => (wake = resolve));
      const [whole, last] = [Buffer.concat(waiting), isOver];
      waiting = [];
      bytes = 0;
      copy.wire?.stream.resume();
      if (whole.length > 0) yield whole;
      if (last && bytes === 0) break;
    }
  } finally {
    if (!isOver) copy.wire?.stream.destroy();
  }
  await copy.done;
}

/**
 * Gives `COPY … FROM STDIN` what it reads, as fast as the database takes it.
 * @throws the database's error, or the source's, after which nothing of it is kept
 */
export async function copyIn(client: pg.Client, text: string, source: AsyncIterable<Buffer>): Promise<void> {
  const copy = new Copy(text);
  const wanted = new Promise<void>((resolve) => (copy.onWanted = resolve));
  client.query(copy as unknown as pg.Submittable);
  await wanted;
  copy.assertGoesOn();
  const { wire } = copy;
  if (!wire) throw new Error('the connection was lost');
  try {
    for await (const chunk of source) {
      copy.assertGoesOn();
      wire.sendCopyFromChunk(chunk);
      if (wire.stream.writableNeedDrain) await Promise.race([once(wire.stream, 'drain'), copy.done]);
    }
  } catch (error) {
    // The database's reason, where there is one: what its socket says follows from it.
    copy.assertGoesOn();
    wire.sendCopyFail('the source has failed');
    await copy.done.catch(() => undefined);
    throw error;
  }
  wire.endCopyFrom();
  await copy.done;
}
