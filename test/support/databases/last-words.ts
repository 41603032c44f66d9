/** ReadyForQuery: its letter, its length, and one more byte. */
const READY = 0x5a;

/** What PostgreSQL says to a session that an administrator ends, before it closes the connection. */
function ended(): Buffer {
  const fields = ['SFATAL', 'VFATAL', 'C57P01', 'Mterminating connection due to administrator command'];
  const body = Buffer.from(`${fields.join('\0')}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/**
 * Of a piece that PostgreSQL sends: the same, and right behind its `nth` "ready for query" from now on the end of the session, in one
 * piece. A busy client reads both at once.
 * @param onEnd is called once, when that was said
 */
export function endedBehind(nth: number, onEnd: () => void): (bytes: Buffer) => Buffer {
  let readies = 0;
  return (bytes) => {
    for (let at = 0; at + 5 <= bytes.length; at += 1 + bytes.readUInt32BE(at + 1)) {
      if (bytes[at] !== READY || ++readies !== nth) continue;
      onEnd();
      return Buffer.concat([bytes.subarray(0, at + 6), ended()]);
    }
    return bytes;
  };
}
