import { DomainError } from '#libs/kernel';
import { FilesWatch } from './files-watch.ts';
import { type NamedFile, readNamed, rereadNamed } from './named-file.ts';

const LOOK_MS = 1_000;

/** What is said when files change. */
export interface FilesLogger {
  info(of: object, words: string): void;
  error(of: object, words: string): void;
}

/** What is in files of TLS: certificates live for months, some for hours, and are replaced while we run. */
export interface FollowedFiles<T> {
  /** By the files as they were last found to be good. */
  readonly current: T;
  /**
   * Looks at them once a second from now on, for as long as the process lives.
   * @param changed is told what is new
   * @returns stops it
   */
  follow(logger: FilesLogger, changed?: (now: T) => void): () => void;
}

/**
 * Reads files now, and follows them later. Files that became bad leave in use what there was, which is said once.
 * @param what in the log, such as "the certificate for callers"
 * @param check what the texts are good for, in the order of the files
 * @throws DomainError `tls_invalid` that names the setting and the file
 */
export function followedFiles<T>(
  what: string,
  files: readonly NamedFile[],
  check: (texts: readonly string[]) => T,
): FollowedFiles<T> {
  const texts = files.map(readNamed);
  let current = check(texts);
  const watch = new FilesWatch(texts, () => Promise.all(files.map(rereadNamed)), check);
  const look = async (logger: FilesLogger, changed?: (now: T) => void): Promise<void> => {
    const found = await watch.look();
    if (found === null) return;
    if (found instanceof DomainError) return logger.error({ why: found.detail }, `${what} stays as it was`);
    current = found;
    changed?.(found);
    logger.info({ files: files.map(({ setting }) => setting) }, `${what} was read again`);
  };
  return {
    get current() {
      return current;
    },
    follow(logger, changed) {
      if (files.length === 0) return () => undefined;
      let isLooking = false;
      const timer = setInterval(() => {
        if (isLooking) return;
        isLooking = true;
        void look(logger, changed)
          .catch((error: unknown) => logger.error({ err: error }, `${what} could not be looked at`))
          .finally(() => (isLooking = false));
      }, LOOK_MS).unref();
      return () => clearInterval(timer);
    },
  };
}
