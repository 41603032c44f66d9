import { createHash } from 'node:crypto';
import { canonicalJson } from '#libs/kernel';

/** The SHA-256 of a policy document, however its keys are ordered. */
export function policyHash(document: unknown): string {
  return `sha256:${createHash('sha256').update(canonicalJson(document)).digest('hex')}`;
}

/** The SHA-256 of a document of a model, for the record; `null`: there is none. */
export const documentHash = (document: unknown): string | null =>
  document === null || document === undefined ? null : policyHash(document);
