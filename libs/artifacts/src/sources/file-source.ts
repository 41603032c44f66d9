import { constants } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { assertUnchanged, type ListedFile, listFolder, readListed } from '#libs/folders';
import type { ArtifactSource, FoundFolder, OpenedFile } from '../artifact-source.ts';
import { allowedPlaces, type FilePlaces, mayBeTold } from './allowed-places.ts';

const refused = (): Error =>
  new Error('files are read only below the folders of ARTIFACT_FILE_FOLDERS, and not from the data folder');
/** A file system's clock has steps: what was changed so lately may change once more, and look the same. */
const SETTLED_MS = 2_000;

/** `file:`: a file or a folder of this machine. @param now this machine's clock, as the files' times are */
export function fileSource(places: FilePlaces, now: () => number = Date.now): ArtifactSource {
  return {
    protocols: ['file:'],
    find: async (uri) => {
      const given = fileURLToPath(uri);
      const file = await realPathOf(given, places);
      const found = await stat(file).catch(() => null);
      if (found?.isDirectory()) return findFolder(file, places, now());
      return { kind: 'file', open: () => openFile(given, places) };
    },
  };
}

async function realPathOf(given: string, places: FilePlaces): Promise<string> {
  const file = await realpath(given).catch((error: unknown) => {
    if (mayBeTold(given, places)) throw error;
    return given;
  });
  if ((await allowedPlaces(places))(file)) return file;
  throw refused();
}

/** What is read is what was looked at: the file is opened first, for a link may lead elsewhere a moment later. */
async function openFile(given: string, places: FilePlaces): Promise<OpenedFile> {
  const file = await realPathOf(given, places);
  // Neither a pipe nor a device keeps us waiting.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    // As the kernel says it; where it does not say, what the name leads to.
    const lies = await realpath(`/proc/self/fd/${handle.fd}`).catch(() => realpath(file));
    await realPathOf(lies, places);
    const found = await handle.stat();
    if (!found.isFile()) throw new Error('it is not a file');
    return { source: handle.createReadStream(), length: found.size, manner: '' };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function findFolder(root: string, places: FilePlaces, now: number): Promise<FoundFolder> {
  const isAllowed = await allowedPlaces(places);
  const list = async (): Promise<readonly ListedFile[]> => {
    const listed = await listFolder(root);
    if (listed.some(({ path: at }) => !isAllowed(path.join(root, at)))) throw refused();
    return listed;
  };
  const listed = await list();
  const files = listed.map((file) => ({
    path: file.path,
    size: file.size,
    stamp: file.changedAt < now - SETTLED_MS ? file.stamp : null,
    open: async () => ({ source: Readable.from(readListed(root, file)), length: file.size, manner: '' }),
  }));
  return { kind: 'folder', files, assertUnchanged: async () => assertUnchanged(listed, await list()) };
}
