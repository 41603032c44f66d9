import { copyFile, readdir, rename, stat, truncate } from 'node:fs/promises';
import path from 'node:path';

/** A log file grows to so many bytes, and so many older parts are kept of it (`api.log.1` is the newest). */
export interface LogBounds {
  readonly mostBytes: number;
  readonly keep: number;
}

const LOG_BOUNDS: LogBounds = { mostBytes: 10 * 1_024 * 1_024, keep: 4 };
const EVERY_MS = 10_000;

/**
 * Cuts the `*.log` of a folder (not of folders within) that have grown too long: a copy is kept, and the file itself
 * begins anew, so that whoever writes to it (opened to append) goes on. What is written in the moment between is lost.
 * @returns names of the files that were cut
 */
export async function rotateLogs(folder: string, bounds: LogBounds = LOG_BOUNDS): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  const cut: string[] = [];
  for (const name of names.filter((one) => one.endsWith('.log'))) {
    const file = path.join(folder, name);
    const size = await stat(file).then(
      (found) => (found.isFile() ? found.size : 0),
      () => 0,
    );
    if (size <= bounds.mostBytes) continue;
    // First of all, as it may fail: on a full disk no older part is lost for it.
    await copyFile(file, `${file}.new`);
    for (let part = bounds.keep - 1; part >= 1; part--)
      await rename(`${file}.${part}`, `${file}.${part + 1}`).catch(() => undefined);
    await rename(`${file}.new`, `${file}.1`);
    await truncate(file);
    cut.push(name);
  }
  return cut;
}

/**
 * Does so every 10 s, from now on.
 * @param onError a disk that is full, say: it is tried again
 * @returns how to end it
 */
export function keepLogsBounded(folder: string, onError: (error: unknown) => void): () => void {
  let isBusy = false;
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    rotateLogs(folder)
      .catch(onError)
      .finally(() => (isBusy = false));
  }, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
