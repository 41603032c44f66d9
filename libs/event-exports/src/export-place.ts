/** Where files of exported events are: a folder, or a prefix of a bucket. */
export interface ExportPlace {
  readonly name: string;
  /** Names of the files that are there; none where there is no such place yet. */
  list(): Promise<readonly string[]>;
  read(file: string): AsyncIterable<Buffer>;
  /** Whole and kept, or not at all: nothing that is there is written over. */
  write(file: string, content: AsyncIterable<Buffer>): Promise<void>;
}
