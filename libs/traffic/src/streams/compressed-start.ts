import { decodeBeginning } from '../payload/decode-encoding.ts';
import { contentHeaders, type HeaderList, isLines } from '../payload/index.ts';
import { howItEnds, saysError } from './says-error.ts';
import { partSaysNothing } from './says-nothing.ts';
import { StreamParts } from './stream-parts.ts';

/** As much is decoded at most, so that no bomb costs more than a look at a plain stream does. */
const MOST_DECODED_BYTES = 1_048_576;
/** Each look decodes from the beginning: a server that says nothing in so many pieces is not looked at any more. */
const MOST_LOOKS = 64;

/**
 * The beginning of a stream of events or lines that is compressed. Compressors say hello, and comments, before the first event: by its first
 * byte alone such a stream has not begun.
 */
export class CompressedStart {
  private looks = 0;

  private constructor(
    private readonly encodings: readonly string[],
    private readonly until: 'event' | 'line',
    /** As of the stream without its compression. */
    private readonly headers: HeaderList,
  ) {}

  /** @returns `null`: it is not compressed, or no stream of events or lines */
  static of(headers: HeaderList): CompressedStart | null {
    const { mediaType, encodings } = contentHeaders(headers);
    const until = mediaType === 'text/event-stream' ? 'event' : isLines(mediaType) ? 'line' : null;
    if (until === null || encodings.length === 0) return null;
    return new CompressedStart(encodings, until, ['content-type', mediaType]);
  }

  /**
   * Is the first event (line) there that says something?
   * @param bytes all that has come so far
   * @returns what its beginning says; `unread`: it cannot be told, so it is no longer waited for
   */
  look(bytes: Uint8Array): 'waits' | 'begun' | 'error' | 'unread' {
    if (++this.looks > MOST_LOOKS) return 'unread';
    const decoded = this.decode(bytes);
    if (decoded === null) return 'unread';
    const parts = new StreamParts(this.until);
    for (let at = 0; ;) {
      const size = parts.next(decoded.subarray(at));
      if (size === null) return 'waits';
      const part = decoded.subarray(at, at + size);
      if (saysError(part, this.headers)) return 'error';
      if (!partSaysNothing(part, this.headers)) return 'begun';
      at += size;
    }
  }

  /** Does it say that it has failed, as far as it can be read? @param bytes all of it */
  endsInError(bytes: Uint8Array): boolean {
    const decoded = this.decode(bytes);
    // Where it is cut off is not known: so much may be all that is decoded of it.
    return decoded !== null && howItEnds(decoded, this.headers, false) === 'error_event';
  }

  private decode(bytes: Uint8Array): Uint8Array | null {
    return decodeBeginning(bytes, this.encodings, MOST_DECODED_BYTES).bytes;
  }
}
