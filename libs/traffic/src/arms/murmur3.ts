const ENCODER = new TextEncoder();
const MOST_ARGUMENTS = 4_096;

/**
 * MurmurHash3 (x86, 32 bit; Austin Appleby, public domain) of a text's UTF-8 bytes.
 * Chosen because every data plane has it: Envoy, Unleash clients and devices can recompute an arm.
 * @returns an unsigned 32-bit number
 */
export function murmur3(text: string, seed = 0): number {
  const bytes = bytesAsCharacters(text);
  const blocks = bytes.length >>> 2;
  let h = seed >>> 0;
  for (let i = 0; i < blocks; i++) {
    h ^= mix(word(bytes, i * 4, 4));
    h = Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64;
  }
  const tail = bytes.length & 3;
  if (tail > 0) h ^= mix(word(bytes, blocks * 4, tail));
  h ^= bytes.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Units are nearly always ASCII, which needs no encoder and no list: either costs more than the hash. */
function bytesAsCharacters(text: string): string {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return encoded(text);
  return text;
}

function encoded(text: string): string {
  const bytes = ENCODER.encode(text);
  let all = '';
  // In parts: an argument each for a long text would be more than a call takes.
  for (let i = 0; i < bytes.length; i += MOST_ARGUMENTS)
    all += String.fromCharCode(...bytes.subarray(i, i + MOST_ARGUMENTS));
  return all;
}

function word(bytes: string, at: number, length: number): number {
  let k = 0;
  for (let i = length - 1; i >= 0; i--) k = (k << 8) | bytes.charCodeAt(at + i);
  return k;
}

function mix(k: number): number {
  const m = Math.imul(k, 0xcc9e2d51);
  return Math.imul((m << 15) | (m >>> 17), 0x1b873593);
}
