import type { Readable } from 'node:stream';

/** Bytes of a file, once. */
export interface OpenedFile {
  readonly source: Readable;
  /** Bytes, where the place says so; `null`: known at the end only. */
  readonly length: number | null;
  /** How it came, for whoever looks for why its digest is another one; empty: as it is stored. */
  readonly manner: string;
}

export interface FoundFile {
  readonly kind: 'file';
  open(): Promise<OpenedFile>;
}

/** One file of a folder. */
export interface FolderEntry {
  /** Below the folder, with `/` between names; checked by whoever reads the folder. */
  readonly path: string;
  /** Bytes, where the place says so. */
  readonly size: number | null;
  /** Is another one once the file is; `null`: the place does not say, or not surely enough. */
  readonly stamp: string | null;
  open(): Promise<OpenedFile>;
}

export interface FoundFolder {
  readonly kind: 'folder';
  readonly files: readonly FolderEntry[];
  /** Asked when all was read. @throws Error when the folder is another one by now */
  assertUnchanged(): Promise<void>;
}

/** A kind of place that artifacts are read from; a new one is one file here, and a line where the reader is made. */
export interface ArtifactSource {
  /** As in `file:`. */
  readonly protocols: readonly string[];
  /** What is there now; nothing of it is read yet. @throws Error, or DomainError, that says why it cannot be read */
  find(uri: string): Promise<FoundFile | FoundFolder>;
  /**
   * The same place by what does not move: an alias becomes what it stands for now. Left out: nothing here moves.
   * @throws Error when it stands for nothing
   */
  pin?(uri: string): Promise<string>;
}
