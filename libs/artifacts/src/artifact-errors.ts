import { DomainError } from '#libs/kernel';
import { PlaceAway } from './place-away.ts';
import { BrokenBody } from './sources/fetch-artifact.ts';

const at = (pointer: string, detail: string) => [{ pointer, detail }];

export const tooLarge = (uri: string, mostBytes: number): DomainError =>
  new DomainError(
    'invalid',
    'artifact_too_large',
    `The artifact at ${uri} has more than ${mostBytes} bytes. Have the operator raise MAX_ARTIFACT_BYTES, or register a smaller one.`,
    at('/artifact/uri', `has more than ${mostBytes} bytes`),
  );

export const storageFull = (): DomainError =>
  new DomainError(
    'unavailable',
    'storage_full',
    'There is no room for this artifact. Nothing was kept; try again when the operator has made some.',
  );
export const isFull = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT'].includes(String((error as NodeJS.ErrnoException | null)?.code));

/** What is said when an artifact cannot be read; `unavailable` where it may be read later as it is. */
export function unreadable(uri: string, error: unknown): DomainError {
  if (error instanceof DomainError && error.code !== 'upload_incomplete') return error;
  // Of places that are read none is written to.
  if (isFull(error)) return storageFull();
  const { message, cause: inner } = error as Error;
  if (error instanceof PlaceAway)
    return new DomainError(
      'unavailable',
      'artifact_unreadable',
      `The artifact at ${uri} cannot be read now (${message}). Try again when its server answers.`,
      at('/artifact/uri', 'cannot be read now'),
    );
  const cause = inner instanceof Error && !(error instanceof BrokenBody) ? inner.message : message;
  return new DomainError(
    'invalid',
    'artifact_unreadable',
    `The artifact at ${uri} cannot be read (${cause}). Put it where this server can read it, and register again.`,
    at('/artifact/uri', 'cannot be read'),
  );
}

/** @param size what was read, in words */
export const mismatch = (
  uri: string,
  digests: { readonly actual: string; readonly expected: string },
  size: string,
  manner: string,
): DomainError =>
  new DomainError(
    'invalid',
    'digest_mismatch',
    `The artifact at ${uri} has digest ${digests.actual} (${size}), not the ${digests.expected} given. Register the digest of the file that is there, or mend the file. ${manner}`.trimEnd(),
    at('/artifact/digest', `is not the digest of the artifact; that is ${digests.actual}`),
  );
