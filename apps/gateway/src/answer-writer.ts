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

  /** Passes on what comes before the answer (RFC 9110 §15.2), where Node can: 102 and 103. */
  interim(status: number, headers: readonly string[]): void {
    if (this.response.req.httpVersionMinor === 0 || this.response.headersSent) return;
    if (status === 102) this.response.writeProcessing();
    if (status !== 103) return;
    const hints: Record<string, string | string[]> = {};
    for (let i = 0; i + 1 < headers.length; i += 2) {
      const [name, value] = [(headers[i] ?? '').toLowerCase(), headers[i + 1] ?? ''];
      const before = hints[name];
      hints[name] = before === undefined ? value : [before, value].flat();
    }
    try {
      this.response.writeEarlyHints(hints);
    } catch {
      // Node wants links of a strict form; hints that have none are left out.
    }
  }

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

  /** @param trailers names and values in turn; a caller that gets the answer by length gets none */
  end(trailers: readonly string[]): void {
    // The connection may serve somebody else by the time that the caller has read the rest.
    this.response.off('drain', this.resume);
    const last = this.held;
    this.held = null;
    if (trailers.length > 0) this.response.addTrailers(pairsOf(trailers));
    if (last) this.response.end(last);
    else this.response.end();
  }

  private flush(): void {
    const first = this.held;
    this.held = null;
    if (first) this.response.write(first);
  }
}

function pairsOf(flat: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) pairs.push([flat[i] ?? '', flat[i + 1] ?? '']);
  return pairs;
}
