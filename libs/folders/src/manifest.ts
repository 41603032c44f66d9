import { createHash } from 'node:crypto';
import { assertPaths, FolderMistake } from './path-rules.ts';

/** The first line of each manifest. No file that begins with it is an artifact, so a folder's digest is no file's. */
export const MANIFEST_HEADER = 'understudy folder 1\n';

export interface ManifestFile {
  /** Below the folder, with `/` between names. */
  readonly path: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
}

const LINE = /^([0-9a-f]{64}) {2}(.+)$/su;

/**
 * What a folder is: the header, then each file as `sha256sum` writes it (`<hex>  <path>`), in the order of the paths'
 * bytes (`LC_ALL=C sort`). Times, modes and empty folders are not in it. Pure.
 * @throws FolderMistake for paths that are not taken
 */
export function manifestText(files: readonly ManifestFile[]): string {
  assertPaths(files.map(({ path }) => path));
  const lines = [...files]
    .sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
    .map(({ path, digest }) => `${digest.replace(/^sha256:/, '')}  ${path}\n`);
  return MANIFEST_HEADER + lines.join('');
}

/** The files of a manifest. Pure. @throws FolderMistake for a text that `manifestText` does not write */
export function parseManifest(text: string): readonly ManifestFile[] {
  const lines = text.slice(MANIFEST_HEADER.length).split('\n').slice(0, -1);
  const files = lines.map((line) => {
    const [, hex = '', path = ''] = LINE.exec(line) ?? [];
    return { path, digest: `sha256:${hex}` };
  });
  if (manifestText(files) !== text) throw new FolderMistake('its manifest is damaged');
  return files;
}

/** Do these bytes begin as a manifest does? Pure. @param head the first bytes of a file */
export const beginsManifest = (head: Uint8Array): boolean =>
  Buffer.from(head.subarray(0, MANIFEST_HEADER.length)).toString('latin1') === MANIFEST_HEADER;

/** A folder's digest: SHA-256 of its manifest. */
export const digestOfManifest = (text: string): string =>
  `sha256:${createHash('sha256').update(text).digest('hex')}`;
