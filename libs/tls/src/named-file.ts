import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { DomainError } from '#libs/kernel';

/** A file, and the setting that names it. */
export interface NamedFile {
  readonly setting: string;
  readonly file: string;
}

/** What is wrong with a file, in words for the operator. */
export const refuse = ({ setting, file }: NamedFile, why: string): DomainError =>
  new DomainError('invalid', 'tls_invalid', `${setting} (${file}): ${why}.`);

const unreadable = (named: NamedFile, error: unknown): DomainError =>
  refuse(named, `it cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`);

/** @throws DomainError `tls_invalid` that names the setting and the file */
export function readNamed(named: NamedFile): string {
  try {
    return readFileSync(named.file, 'utf8');
  } catch (error) {
    throw unreadable(named, error);
  }
}

/** As `readNamed`, without waiting for the disk. */
export const rereadNamed = (named: NamedFile): Promise<string> =>
  readFile(named.file, 'utf8').catch((error: unknown) => {
    throw unreadable(named, error);
  });

/**
 * What is in a file.
 * @throws DomainError `tls_invalid` that names the setting and the file
 */
export function parseNamed<T>(named: NamedFile, text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    throw refuse(named, (error as Error).message);
  }
}
