// Beside `same-bytes.ts` the only place of the pure libs that uses Node: bytes in, bytes out, and nothing else happens.
import * as zlib from 'node:zlib';
import type { NotRead } from './not-read.ts';

/** Decoded bytes, or why there are none. */
export type Decoded =
  { readonly bytes: Uint8Array; readonly why: null } | { readonly bytes: null; readonly why: NotRead };

interface Options {
  readonly maxOutputLength: number;
  /** What is there is decoded, though the end is not. */
  readonly finishFlush?: number;
}
type Decode = (bytes: Uint8Array, options: Options) => Uint8Array;

/** As much as a plain body may have. */
const MOST_DECODED_BYTES = 8 * 1024 * 1024;
/** A small body may become this at least. */
const SMALL_DECODED_BYTES = 1024 * 1024;
/** A larger one this many times its bytes: JSON reaches 30, bombs 1,000. */
const MOST_RATIO = 100;
/** Nobody encodes more often. */
const MOST_ENCODINGS = 4;

const zstd = (zlib as { readonly zstdDecompressSync?: Decode }).zstdDecompressSync;
const DECODERS = new Map<string, Decode>([
  ['gzip', zlib.gunzipSync],
  ['x-gzip', zlib.gunzipSync],
  ['deflate', inflate],
  ['br', zlib.brotliDecompressSync],
  // Node.js has it from 22.15 on.
  ...(zstd ? ([['zstd', zstd]] as const) : []),
]);
/** Encodings that are named where they are not read; any other is `other`, so that reasons stay few. */
const KNOWN = new Set(['zstd', 'compress', 'x-compress', 'exi', 'aes128gcm', 'dcb', 'dcz', 'lz4', 'snappy']);

/** How a decoder is told to give what it has; `Z_SYNC_FLUSH` for all that are not named. */
const FLUSHES: Readonly<Record<string, number>> = {
  br: zlib.constants.BROTLI_OPERATION_FLUSH,
  zstd: 1, // ZSTD_e_flush
};

/**
 * Undoes content-encodings, the last one first.
 * @param encodings in lower case, in the order in which they were applied
 */
export function decodeEncodings(bytes: Uint8Array, encodings: readonly string[]): Decoded {
  const most = Math.min(MOST_DECODED_BYTES, Math.max(SMALL_DECODED_BYTES, MOST_RATIO * bytes.length));
  return decodeAll(bytes, encodings, most, false);
}

/**
 * The same of the beginning of a body whose end has not come: what can be decoded so far, maybe nothing.
 * @param most decoded bytes; more are `too_large`
 */
export function decodeBeginning(bytes: Uint8Array, encodings: readonly string[], most: number): Decoded {
  return decodeAll(bytes, encodings, most, true);
}

function decodeAll(
  bytes: Uint8Array,
  encodings: readonly string[],
  maxOutputLength: number,
  isBeginning: boolean,
): Decoded {
  if (bytes.length === 0 || encodings.length === 0) return { bytes, why: null };
  if (encodings.length > MOST_ENCODINGS) return { bytes: null, why: 'encoding:other' };
  let decoded = bytes;
  for (const encoding of [...encodings].reverse()) {
    const decode = DECODERS.get(encoding);
    if (!decode) return { bytes: null, why: `encoding:${KNOWN.has(encoding) ? encoding : 'other'}` };
    const finishFlush = FLUSHES[encoding] ?? zlib.constants.Z_SYNC_FLUSH;
    try {
      decoded = decode(decoded, isBeginning ? { maxOutputLength, finishFlush } : { maxOutputLength });
    } catch (error) {
      return { bytes: null, why: reasonOf(error) };
    }
  }
  return { bytes: decoded, why: null };
}

/** `deflate` means a zlib stream (RFC 9110 §8.4.1.2); some send the bare stream, as the word suggests. */
function inflate(bytes: Uint8Array, options: Options): Uint8Array {
  // Which of the two it is, is said by two bytes.
  if (bytes.length < 2 && options.finishFlush !== undefined) return new Uint8Array();
  const [first = 0, second = 0] = bytes;
  const isZlib = (first & 15) === 8 && ((first << 8) | second) % 31 === 0;
  if (!isZlib) return zlib.inflateRawSync(bytes, options);
  try {
    return zlib.inflateSync(bytes, options);
  } catch (error) {
    if (reasonOf(error) !== 'corrupt') throw error;
    return zlib.inflateRawSync(bytes, options);
  }
}

function reasonOf(error: unknown): 'too_large' | 'truncated' | 'corrupt' {
  const code = (error as { readonly code?: unknown } | null)?.code;
  if (code === 'ERR_BUFFER_TOO_LARGE') return 'too_large';
  return code === 'Z_BUF_ERROR' ? 'truncated' : 'corrupt';
}
