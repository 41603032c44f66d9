import { ChunkedReader } from '../http/chunked-reader.ts';
import type { CallerRequest } from './caller-request.ts';

/** Takes the body of one request out of what a connection reads, by its length or by its chunks. */
export class BodyReader {
  private left: number;
  private readonly chunked: ChunkedReader | null;

  constructor(private readonly request: CallerRequest) {
    const { body } = request.head;
    this.left = typeof body === 'object' ? body.length : 0;
    this.chunked =
      body === 'chunked'
        ? new ChunkedReader({ data: (chunk) => request.take(chunk), end: () => request.finish() })
        : null;
    if (body === 'none') request.complete = true;
  }

  /**
   * @returns where the body ended in `bytes`, or their length when it goes on
   * @throws BadMessage
   */
  push(bytes: Buffer, at: number): number {
    if (this.chunked) return this.chunked.push(bytes, at);
    const end = Math.min(bytes.length, at + this.left);
    this.left -= end - at;
    this.request.take(bytes.subarray(at, end));
    if (this.left === 0) this.request.finish();
    return end;
  }
}
