import { hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const INNER = 0x36;
const OUTER = 0x5c;
/** Messages up to this size share one buffer. */
const SHARED_BYTES = 2_048;

/** A key, made ready: both blocks that come before what is hashed (RFC 2104 §2). */
interface ReadyKey {
  readonly text: string;
  /** With room for a message behind its block. */
  readonly inner: Buffer;
  /** With room for the inner digest behind its block. */
  readonly outer: Buffer;
}

/** There is one key for a long time; making it ready costs as much as signing. */
let ready: ReadyKey | null = null;

/**
 * HMAC-SHA-256 (RFC 2104) of a text's UTF-8 bytes. By two calls of `hash`: an object of `createHmac`, for each receipt, takes twice as
 * long as both of them.
 */
export function hmacSha256(key: string, message: string): Buffer {
  const { inner, outer } = readyKey(key);
  // A character is three bytes of UTF-8 at most.
  const most = BLOCK_BYTES + 3 * message.length;
  const block = most <= inner.length ? inner : Buffer.concat([inner.subarray(0, BLOCK_BYTES)], most);
  const end = BLOCK_BYTES + block.write(message, BLOCK_BYTES);
  outer.write(hash('sha256', block.subarray(0, end), 'binary'), BLOCK_BYTES, 'latin1');
  return Buffer.from(hash('sha256', outer, 'binary'), 'latin1');
}

function readyKey(text: string): ReadyKey {
  if (ready?.text === text) return ready;
  const bytes = Buffer.from(text);
  // A key that is longer than a block goes by its hash.
  const key = bytes.length > BLOCK_BYTES ? Buffer.from(hash('sha256', bytes, 'binary'), 'latin1') : bytes;
  const inner = Buffer.alloc(BLOCK_BYTES + SHARED_BYTES);
  const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);
  for (let i = 0; i < BLOCK_BYTES; i++) {
    inner[i] = (key[i] ?? 0) ^ INNER;
    outer[i] = (key[i] ?? 0) ^ OUTER;
  }
  ready = { text, inner, outer };
  return ready;
}
