import { DomainError } from '#libs/kernel';
import { checkedPair, type KeyPair, type KeyPairFiles, rereadKeyPair } from './key-pair.ts';

/**
 * Sees when the files of a pair change. They are read again rather than watched: links that are turned (Kubernetes) and
 * files that are replaced are told by no system alike.
 */
export class KeyPairWatch {
  /** What was last found to be good, or said to be bad. */
  private judged: string;
  private suspect: string | null = null;

  /** @param current the pair that is in use; @param read as the files are, unchecked */
  constructor(
    private readonly files: KeyPairFiles,
    current: KeyPair,
    private readonly read: (files: KeyPairFiles) => Promise<KeyPair> = rereadKeyPair,
  ) {
    this.judged = contentOf(current);
  }

  /**
   * Looks once.
   * @returns the new pair; what is wrong with it, once, and only when it is so at two looks in a row, since two files
   *   are never replaced at once; or `null` when nothing is new
   */
  async look(): Promise<KeyPair | DomainError | null> {
    let content: string;
    try {
      const pair = await this.read(this.files);
      content = contentOf(pair);
      if (content !== this.judged) {
        const good = checkedPair(this.files, pair);
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

const contentOf = ({ cert, key }: KeyPair): string => `${cert}\0${key}`;
