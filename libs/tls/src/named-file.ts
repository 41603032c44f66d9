import { readFileSync } from 'node:fs';
import { DomainError } from '#libs/kernel';

/** A file, and the setting that names it. */
export interface NamedFile {
  readonly setting: string;
  readonly file: string;
}

/** What is wrong with a file, in words for the operator. */
export const refuse = ({ setting, file }: NamedFile, why: string): DomainError =>
  new DomainError('invalid', 'tls_invalid', `${setting} (${file}): ${why}.`);

/**
 * Reads a file and what is in it.
 * @throws DomainError `tls_invalid` that names the setting and the file
 */
export function readNamed<T>(named: NamedFile, parse: (text: string) => T): { text: string; value: T } {
  let text: string;
  try {
    text = readFileSync(named.file, 'utf8');
  } catch (error) {
    throw refuse(named, `it cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
  try {
    return { text, value: parse(text) };
  } catch (error) {
    throw refuse(named, (error as Error).message);
  }
}
