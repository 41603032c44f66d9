import { redact } from '#libs/kernel';

/**
 * The text of an answer of a service that we ask for figures, in UTF-8, without our own secrets: it may repeat what it was sent, and is
 * cut short where it is shown. Throws when it is longer than we read.
 */
export const boundedText = async (response: Response, most: number): Promise<string> =>
  redact((await boundedBytes(response, most)).toString('utf8'));

/** The bytes of an answer, content-encodings undone. Throws when it is longer than we read. */
export async function boundedBytes(response: Response, most: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > most) throw new Error(`the answer is longer than ${most} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
