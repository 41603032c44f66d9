import type { HeldUntil } from './held-until.ts';

const [LF, CR, COLON] = [10, 13, 58];
const DATA = [100, 97, 116, 97]; // "data"

/** Finds where the first part of a stream is over, in pieces of any size; it keeps none of them. */
export class FirstPart {
  private column = 0;
  private isField = true;
  private hasData = false;
  private afterReturn = false;

  constructor(private readonly until: Exclude<HeldUntil, 'whole'>) {}

  /** @returns how many of these bytes belong to it, where it is over with them; else `null` */
  add(bytes: Uint8Array): number | null {
    if (this.until === 'bytes') return bytes.length > 0 ? bytes.length : null;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] ?? 0;
      if (this.until === 'line' ? this.line(byte) : this.event(byte)) return i + 1;
    }
    return null;
  }

  /** Lines of blanks are none. */
  private line(byte: number): boolean {
    if (byte === LF || byte === CR) return this.column > 0;
    if (byte > 32) this.column++;
    return false;
  }

  /** A blank line ends an event (WHATWG HTML §9.2.6); one without `data`, as of a comment that keeps the connection, says nothing. */
  private event(byte: number): boolean {
    const isRest = byte === LF && this.afterReturn;
    this.afterReturn = byte === CR;
    if (isRest) return false;
    if (byte !== LF && byte !== CR) {
      const at = this.column++;
      if (at < DATA.length ? byte !== DATA[at] : at === DATA.length && byte !== COLON) this.isField = false;
      return false;
    }
    if (this.column === 0) return this.hasData;
    if (this.isField && this.column >= DATA.length) this.hasData = true;
    this.column = 0;
    this.isField = true;
    return false;
  }
}
