import type { HeldUntil } from './held-until.ts';

const [LF, CR, COLON, SPACE] = [10, 13, 58, 32];
/** UTF-8's byte order mark, which says nothing. */
const MARK = [0xef, 0xbb, 0xbf];
const DATA = [100, 97, 116, 97]; // "data"
/** With which OpenAI's streams end: no token. */
const DONE = [91, 68, 79, 78, 69, 93]; // "[DONE]"

/**
 * Counts the parts of a stream in pieces of any size: events that have data, lines, or pieces of bytes; roughly its tokens.
 * It keeps none of them.
 */
export class StreamParts {
  private parts = 0;
  /** Bytes of the mark that the stream begins with. */
  private mark = 0;
  private column = 0;
  private isField = true;
  private hasData = false;
  /** Bytes of the event's first data that are those of `[DONE]`; `null`: they are others. */
  private done: number | null = 0;
  private afterReturn = false;

  constructor(private readonly until: Exclude<HeldUntil, 'whole'>) {}

  /** Parts that are over. */
  get count(): number {
    return this.parts;
  }

  /** Counts all parts that are over with these bytes. */
  add(bytes: Uint8Array): void {
    if (this.until !== 'bytes') for (let i = 0; i < bytes.length; i++) this.ends(bytes[i] ?? 0);
    else if (bytes.length > 0) this.parts++;
  }

  /** Counts up to the end of one part. @returns how many of these bytes belong to it; `null`: it goes on behind them */
  next(bytes: Uint8Array): number | null {
    if (bytes.length === 0) return null;
    if (this.until === 'bytes') {
      this.parts++;
      return bytes.length;
    }
    for (let i = 0; i < bytes.length; i++) if (this.ends(bytes[i] ?? 0)) return i + 1;
    return null;
  }

  /** @returns whether a part is over with this byte */
  private ends(byte: number): boolean {
    if (this.mark < MARK.length && byte === MARK[this.mark++]) return false;
    this.mark = MARK.length;
    const isOver = this.until === 'line' ? this.line(byte) : this.event(byte);
    if (isOver) this.parts++;
    return isOver;
  }

  /** Lines of blanks are none. */
  private line(byte: number): boolean {
    if (byte !== LF && byte !== CR) {
      if (byte > SPACE) this.column++;
      return false;
    }
    const isOver = this.column > 0;
    this.column = 0;
    return isOver;
  }

  /** A blank line ends an event (WHATWG HTML §9.2.6); one without `data`, as of a comment that keeps the connection, says nothing. */
  private event(byte: number): boolean {
    const isRest = byte === LF && this.afterReturn;
    this.afterReturn = byte === CR;
    if (isRest) return false;
    if (byte !== LF && byte !== CR) {
      this.inLine(byte);
      return false;
    }
    if (this.column === 0) {
      const isOver = this.hasData && this.done !== DONE.length;
      this.hasData = false;
      this.done = 0;
      return isOver;
    }
    if (this.isField && this.column >= DATA.length) this.hasData = true;
    this.column = 0;
    this.isField = true;
    return false;
  }

  private inLine(byte: number): void {
    const at = this.column++;
    if (at < DATA.length ? byte !== DATA[at] : at === DATA.length && byte !== COLON) this.isField = false;
    if (!this.isField || at <= DATA.length || this.done === null) return;
    if (at === DATA.length + 1 && byte === SPACE) return;
    this.done = byte === DONE[this.done] ? this.done + 1 : null;
  }
}
