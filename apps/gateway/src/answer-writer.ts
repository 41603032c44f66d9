import type { ServerResponse } from 'node:http';

/**
 * Passes an answer on to the caller as it comes, no faster than the caller reads. A short answer, whose
 * end comes with its first chunk, leaves in one piece with its headers.
 */
export class AnswerWriter {
  private held: Buffer | null = null;
  private began = false;
  private resume: () => void = () => undefined;

  constructor(private readonly response: ServerResponse) {}

  /** @param resume called when the caller has read what `chunk` said stop for */
  head(status: number, headers: string[], resume: () => void): void {
    this.response.writeHead(status, headers);
    this.resume = resume;
    this.response.on('drain', resume);
  }

  /** @returns `false` when the caller is slower than the model server */
  chunk(bytes: Buffer): boolean {
    if (this.began) return this.response.write(bytes);
    this.began = true;
    this.held = bytes;
    // The end may be in the same packet; it is known before the next tick.
    process.nextTick(() => this.flush());
    return true;
  }

  end(): void {
    // The connection may serve somebody else by the time that the caller has read the rest.
    this.response.off('drain', this.resume);
    const last = this.held;
    this.held = null;
    if (last) this.response.end(last);
    else this.response.end();
  }

  private flush(): void {
    const first = this.held;
    this.held = null;
    if (first) this.response.write(first);
  }
}
