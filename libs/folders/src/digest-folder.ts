import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { assertUnchanged, listFolder, readListed } from './list-folder.ts';
import { digestOfManifest, type ManifestFile, manifestText } from './manifest.ts';

export interface FolderDigest {
  readonly digest: string;
  readonly manifest: string;
  readonly files: readonly ManifestFile[];
  /** Of all files together. */
  readonly bytes: number;
}

/**
 * Reads a folder of this machine and says what it is.
 * @throws FolderMistake that says which file breaks which rule, or changes meanwhile; errors of the file system
 */
export async function digestFolder(folder: string): Promise<FolderDigest> {
  const root = await realpath(folder);
  const listed = await listFolder(root);
  const files: ManifestFile[] = [];
  let bytes = 0;
  for (const file of listed) {
    const hash = createHash('sha256');
    for await (const chunk of readListed(root, file)) {
      hash.update(chunk);
      bytes += chunk.length;
    }
    files.push({ path: file.path, digest: `sha256:${hash.digest('hex')}` });
  }
  assertUnchanged(listed, await listFolder(root));
  const manifest = manifestText(files);
  return { digest: digestOfManifest(manifest), manifest, files, bytes };
}
