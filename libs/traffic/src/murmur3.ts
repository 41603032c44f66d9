const ENCODER = new TextEncoder();

/**
 * MurmurHash3 (x86, 32 bit; Austin Appleby, public domain) of a text's UTF-8 bytes.
 * Chosen because every data plane has it: Envoy, Unleash clients and devices can recompute an arm.
 * @returns an unsigned 32-bit number
 */
export function murmur3(text: string, seed = 0): number {
  const bytes = bytesOf(text);
  const blocks = bytes.length >>> 2;
  let h = seed >>> 0;
  for (let i = 0; i < blocks; i++) {
    const at = i * 4;
    h ^= mix(word(bytes, at, 4));
    h = Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64;
  }
  const tail = bytes.length & 3;
  if (tail > 0) h ^= mix(word(bytes, blocks * 4, tail));
  h ^= bytes.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Units are nearly always ASCII, whose bytes are its characters: an encoder costs more than the hash. */
function bytesOf(text: string): ArrayLike<number> {
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return ENCODER.encode(text);
    bytes.push(code);
  }
  return bytes;
}

function word(bytes: ArrayLike<number>, at: number, length: number): number {
  let k = 0;
  for (let i = length - 1; i >= 0; i--) k = (k << 8) | (bytes[at + i] ?? 0);
  return k;
}

function mix(k: number): number {
  const m = Math.imul(k, 0xcc9e2d51);
  return Math.imul((m << 15) | (m >>> 17), 0x1b873593);
}
