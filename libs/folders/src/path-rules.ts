/** More files are no model, and each is asked for by itself. */
export const MOST_FILES = 10_000;
/** Of a path within a folder, in bytes of UTF-8. */
const LONGEST_PATH = 1_024;
/** Of a name: what file systems take. */
const LONGEST_NAME = 255;

/** Says itself which rule of folders is broken, by which file; see docs/guides/registry.md. */
export class FolderMistake extends Error {}

/* Control characters, C1 too; the one that Windows takes for "/"; halves of a character. */
const NOT_IN_NAMES = /[\p{Cc}\\\p{Surrogate}]/u;

const bytesOf = (text: string): number => Buffer.byteLength(text);
/** As it can be shown in a message. */
export const quoted = (path: string): string =>
  JSON.stringify(path.length > 200 ? `${path.slice(0, 200)}…` : path);

/** Why a file of a folder may not have this path, in words; `null`: it may. Pure. */
export function whyBadPath(path: string): string | null {
  if (NOT_IN_NAMES.test(path)) return 'it has a control character, a backslash or half a character in it';
  const names = path.split('/');
  if (names.includes('')) return 'it begins or ends with "/", or has "//" in it';
  if (names.some((name) => name === '.' || name === '..')) return 'it has "." or ".." in it';
  if (names.some((name) => bytesOf(name) > LONGEST_NAME)) return `a name has more than ${LONGEST_NAME} bytes`;
  return bytesOf(path) > LONGEST_PATH ? `it has more than ${LONGEST_PATH} bytes` : null;
}

/**
 * Names are kept as they are. Two that are one on some file system (written in other Unicode forms), and a file in
 * the place of a folder, are refused: no copy of such a folder is the same everywhere. Pure.
 * @param paths of all files of a folder
 * @throws FolderMistake
 */
export function assertPaths(paths: readonly string[]): void {
  if (paths.length === 0) throw new FolderMistake('there is no file in it');
  if (paths.length > MOST_FILES) throw new FolderMistake(`it has more than ${MOST_FILES} files`);
  const files = new Map<string, string>();
  for (const path of paths) {
    const why = whyBadPath(path);
    if (why !== null) throw new FolderMistake(`the name ${quoted(path)} is not taken: ${why}`);
    const same = files.get(path.normalize('NFC'));
    if (same !== undefined)
      throw new FolderMistake(
        same === path
          ? `it has ${quoted(path)} twice`
          : `it has ${quoted(path)} twice, in two Unicode forms: some file systems keep one of them`,
      );
    files.set(path.normalize('NFC'), path);
  }
  for (const path of files.keys())
    for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1))
      if (files.has(path.slice(0, at)))
        throw new FolderMistake(`${quoted(path.slice(0, at))} is a file, and a folder of others`);
}
