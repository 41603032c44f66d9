type Decoder = InstanceType<typeof TextDecoder>;

/** Decoders by label; labels come from peers, so few are kept. */
const decoders = new Map<string, Decoder | null>();
const MOST_DECODERS = 100;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Decodes text. A byte order mark says more than a header (WHATWG Encoding §6), and is no part of the text.
 * @param charset as its header names it; `null`: UTF-8, and where the bytes are no UTF-8, windows-1252 (Latin-1 with
 * quotes), in which every byte is a character of its own: different bytes never become the same text
 * @returns `null` where the charset is unknown, or the bytes are not in it
 */
export function decodeText(bytes: Uint8Array, charset: string | null): string | null {
  const label = markOf(bytes) ?? charset;
  if (label !== null) return decodeAs(label, bytes);
  return decodeUtf8(bytes) ?? decodeAs('windows-1252', bytes);
}

/** The same for bytes of which nothing says that they are text: `null` where they are no UTF-8, or hold a NUL. */
export function decodeIfText(bytes: Uint8Array): string | null {
  if (markOf(bytes) === null && bytes.includes(0)) return null;
  return decodeAs(markOf(bytes) ?? 'utf-8', bytes);
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return UTF8.decode(bytes);
  } catch {
    return null;
  }
}

function decodeAs(label: string, bytes: Uint8Array): string | null {
  if (label === 'utf-8') return decodeUtf8(bytes);
  let decoder = decoders.get(label);
  if (decoder === undefined) {
    if (decoders.size >= MOST_DECODERS) decoders.clear();
    decoders.set(label, (decoder = decoderOf(label)));
  }
  try {
    return decoder?.decode(bytes) ?? null;
  } catch {
    return null;
  }
}

function decoderOf(charset: string): Decoder | null {
  for (const label of [charset, ...otherSpellings(charset)]) {
    try {
      return new TextDecoder(label, { fatal: true });
    } catch {
      // Not a label of the WHATWG's Encoding standard.
    }
  }
  return null;
}

/** Python's names of codecs, which its servers write into headers: `latin-1`, `utf_8`, `utf-8-sig`, `euc_jp`, `utf-16-le`. */
function otherSpellings(charset: string): readonly string[] {
  const letters = charset.replace(/[^a-z0-9]/g, '');
  return [
    charset.replaceAll('_', '-'),
    letters.replace(/^(utf8)sig$/, '$1'),
    letters.replace(/^utf16([bl]e)$/, 'utf-16$1'),
    letters.replace(/^iso8859/, 'iso-8859-'),
  ];
}

/** The charset that a byte order mark names. */
function markOf(bytes: Uint8Array): string | null {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  return a === 0xfe && b === 0xff ? 'utf-16be' : null;
}
