import { BadMessage } from '../http/bad-message.ts';

const MOST_HEAD_BYTES = 16_384;
const [CR, LF] = [13, 10];

/** Where a request's head begins: empty lines before it are let pass (RFC 9112 §2.2). */
export function startOfHead(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === CR && bytes[at + 1] === LF) at += 2;
  return at;
}

/**
 * Where a head that begins at `at` ends, before its empty line; `null`: not all of it has come.
 * @throws BadMessage 431 where it is larger than any head may be
 */
export function endOfHead(bytes: Buffer, at: number): number | null {
  const end = bytes.indexOf('\r\n\r\n', at, 'latin1');
  if ((end < 0 ? bytes.length : end) - at > MOST_HEAD_BYTES)
    throw new BadMessage('the head of the request is too large', 431);
  return end < 0 ? null : end;
}
