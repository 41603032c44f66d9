import { readFile } from 'node:fs/promises';
import { DomainError, decodeText } from '#libs/kernel';
import { EXIT, Exit } from './exit.ts';

/** What stands for standard input in place of a file's name. */
const STDIN = '-';

/**
 * The text of a file, or of standard input (`-`).
 * @throws Exit with the code of wrong usage when it cannot be read, is no text, or is empty
 */
export async function readText(file: string): Promise<string> {
  const name = file === STDIN ? 'standard input' : file;
  try {
    const text = decodeText(await bytesOf(file), name);
    if (text.trim() !== '') return text;
  } catch (error) {
    const because = error instanceof DomainError ? error.message : reasonOf(error, name);
    throw new Exit(EXIT.usage, because);
  }
  throw new Exit(EXIT.usage, `${name} is empty.`);
}

async function bytesOf(file: string): Promise<Buffer> {
  if (file !== STDIN) return readFile(file);
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(Buffer.from(part as Buffer));
  return Buffer.concat(parts);
}

function reasonOf(error: unknown, name: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? `${name}: there is no such file.` : `${name} cannot be read (${message}).`;
}

/** The first line of standard input, without waiting for its end. */
export async function firstLine(): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) {
    parts.push(Buffer.from(part as Buffer));
    if (parts.at(-1)?.includes(0x0a)) break;
  }
  const bytes = Buffer.concat(parts);
  // Of UTF-16 the last letter may be there by half: the newline's.
  const isWide = bytes.length % 2 === 1 && bytes.subarray(0, 4).includes(0);
  return (
    decodeText(isWide ? bytes.subarray(0, -1) : bytes, 'standard input')
      .split(/\r?\n/)[0]
      ?.trim() ?? ''
  );
}

/**
 * What a file of YAML or JSON says; `-` is standard input.
 * @throws Exit with the code of wrong usage, with the place of the first mistake
 */
export const parsed = async (file: string): Promise<unknown> => (await written(file)).document;

/**
 * The same, with the text as its author wrote it.
 * @throws Exit as `parsed`
 */
export async function written(file: string): Promise<{ readonly text: string; readonly document: unknown }> {
  const { parse } = await import('yaml');
  const text = await readText(file);
  try {
    return { text, document: parse(text) as unknown };
  } catch (error) {
    throw new Exit(EXIT.usage, `${file}: ${(error as Error).message.split('\n')[0] ?? ''}`);
  }
}
