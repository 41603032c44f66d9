import * as zlib from 'node:zlib';
import { type Content, Payload } from '#libs/traffic';

/** Content-encodings that `fetch` (undici) undoes, zstd where Node.js has it. Where one of several is another, it undoes none. */
const UNDONE = new Set([
  ...['gzip', 'x-gzip', 'deflate', 'br'],
  ...('zstdDecompressSync' in zlib ? ['zstd'] : []),
]);

/** What a model server's answer says, by its headers, of which `fetch` has undone the content-encoding where it knows it. */
export function fetchedContent(bytes: Uint8Array, headers: Headers): Content {
  const codings = (headers.get('content-encoding') ?? '').split(',').map((one) => one.trim().toLowerCase());
  const isUndone = codings.every((one) => UNDONE.has(one));
  const said = [...headers].filter(([name]) => name !== 'content-encoding' || !isUndone).flat();
  return new Payload(bytes, said).content;
}
