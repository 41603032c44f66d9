/** Of a piece that PostgreSQL sends: the same without notifications of a channel. Frames that are not whole are left alone. */
export function withoutNotifications(channel: string): (bytes: Buffer) => Buffer {
  return (bytes) => {
    const kept: Buffer[] = [];
    for (let at = 0; at < bytes.length;) {
      const end = at + 5 <= bytes.length ? at + 1 + bytes.readUInt32BE(at + 1) : Infinity;
      if (end > bytes.length) {
        kept.push(bytes.subarray(at));
        break;
      }
      // NotificationResponse: its letter, length, the teller's pid, and the channel's name up to a zero.
      const name = bytes.subarray(at + 9, bytes.indexOf(0, at + 9));
      if (bytes[at] !== 0x41 || name.toString() !== channel) kept.push(bytes.subarray(at, end));
      at = end;
    }
    return Buffer.concat(kept);
  };
}

/** Of a piece that the api sends: the same without routes that have changed, each of which is one chunk of a stream. */
export function withoutRoutes(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  return Buffer.from(text.replace(/[0-9a-f]+\r\n\{"kind":"route",[^\n]*\n\r\n/gi, ''), 'latin1');
}
