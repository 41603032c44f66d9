import { DomainError } from '../domain-error.ts';

/**
 * The text of bytes that a person's tools have written: UTF-8 with or without a byte order mark, and UTF-16, as
 * PowerShell's `>` writes it (told by its mark, or by the zeros that ASCII has in it).
 * @param what names the bytes in the error
 * @throws DomainError `text_undecodable` for any other encoding
 */
export function decodeText(bytes: Uint8Array, what: string): string {
  const encoding = encodingOf(bytes);
  try {
    // It drops the mark.
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new DomainError(
      'malformed',
      'text_undecodable',
      `${what} is no ${encoding.toUpperCase()} text. Save it as UTF-8.`,
    );
  }
}

function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  // No text of ours begins with NUL or has one behind its first letter.
  if (bytes.length >= 2 && first !== 0 && second === 0) return 'utf-16le';
  if (bytes.length >= 2 && first === 0 && second !== 0) return 'utf-16be';
  return 'utf-8';
}
