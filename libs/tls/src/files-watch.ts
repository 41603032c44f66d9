import { DomainError } from '#libs/kernel';

/**
 * Sees when files that belong together change. They are read again rather than watched: links that are turned
 * (Kubernetes) and files that are replaced are told by no system alike.
 */
export class FilesWatch<T> {
  /** What was last found to be good, or said to be bad. */
  private judged: string;
  private suspect: string | null = null;

  /**
   * @param current the texts that are in use
   * @param read the texts as the files are, unchecked; throws DomainError for one that cannot be read
   * @param check what they are good for; throws DomainError for what is wrong with them
   */
  constructor(
    current: readonly string[],
    private readonly read: () => Promise<readonly string[]>,
    private readonly check: (texts: readonly string[]) => T,
  ) {
    this.judged = contentOf(current);
  }

  /**
   * Looks once.
   * @returns what is new; what is wrong with it, once, and only when it is so at two looks in a row, since two files
   *   are never replaced at once; or `null` when nothing is new
   */
  async look(): Promise<T | DomainError | null> {
    try {
      const texts = await this.read();
      const content = contentOf(texts);
      if (content !== this.judged) {
        const good = this.check(texts);
        this.judged = content;
        this.suspect = null;
        return good;
      }
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return this.doubt(error);
    }
    this.suspect = null;
    return null;
  }

  private doubt(error: DomainError): DomainError | null {
    const isSeenTwice = this.suspect === error.detail;
    this.suspect = error.detail;
    if (!isSeenTwice || this.judged === error.detail) return null;
    this.judged = error.detail;
    return error;
  }
}

const contentOf = (texts: readonly string[]): string => texts.join('\0');
