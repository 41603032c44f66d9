import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DomainError } from '#libs/kernel';
import { type ArtifactVerifier, type DescribedArtifact, UPLOADED } from '#libs/engine';
import { beginsManifest, MANIFEST_HEADER } from '#libs/folders';
import { mismatch, tooLarge, unreadable } from './artifact-errors.ts';
import type { ArtifactSource, FoundFile, FoundFolder } from './artifact-source.ts';
import { fetchFolder } from './fetch-folder.ts';
import { type FetchedStore, isThere } from './fetched-store.ts';
import { describeFolder } from './mlmodel/describe-folder.ts';
import { layOutFolder } from './lay-out-folder.ts';
import { PlaceAway } from './place-away.ts';
import { removeAbandoned } from './remove-unused.ts';
import type { AskedRun, RunFacts } from './sources/mlflow-run.ts';

export interface ArtifactReaderSettings {
  /** Each kind of place that artifacts are read from. */
  readonly sources: readonly ArtifactSource[];
  /** Where what folders hold is kept. */
  readonly fetched: FetchedStore;
  /** No artifact that is named by its address has more bytes. */
  readonly mostBytes: number;
  /** What a run of the tracking server says; left out: there is no such server. */
  readonly run?: (asked: AskedRun) => Promise<RunFacts | null>;
}

/** Reads artifacts, files and folders, wherever they are, and checks their digest. */
export class ArtifactReader implements ArtifactVerifier {
  constructor(private readonly settings: ArtifactReaderSettings) {}

  /** Folders that were read: `manifest(digest)` says their files, `pathOf` where each is. */
  get fetched(): FetchedStore {
    return this.settings.fetched;
  }

  /** A folder that is what it should be is in the store of what was fetched from then on. */
  async verify({ uri, digest }: { uri: string; digest: string }): Promise<void> {
    const found = await this.find(uri);
    if (found.kind === 'folder') return void (await this.fetch(uri, digest, found));
    await this.digestWhile(uri, digest, found, drain);
  }

  /**
   * What an MLflow client's source is now. A folder's files are kept.
   * @param gone once it is aborted, no file of a folder is read on
   * @returns the place by what does not move, and its digest (`null`: nothing that is set up here reads it); `null`: no
   *   such place is known here
   * @throws DomainError when it is, and cannot be read
   */
  async resolve(
    source: string,
    gone: AbortSignal | null = null,
  ): Promise<{ uri: string; digest: string | null } | null> {
    let uri = source;
    for (let place = this.pinning(uri); place?.pin; place = this.pinning(uri)) {
      const pinned = await place.pin(uri).catch((error: unknown) => {
        throw unreadable(source, error);
      });
      if (pinned === uri) {
        const found = await this.find(uri);
        const digest =
          found.kind === 'folder'
            ? await this.fetch(uri, null, found, gone)
            : await this.digestOf(uri, found);
        return { uri, digest };
      }
      uri = pinned;
    }
    return uri === source ? null : { uri, digest: null };
  }

  describe(digest: string): Promise<DescribedArtifact | null> {
    return describeFolder(this.settings.fetched, digest);
  }

  /**
   * What an MLflow client's run says of the version that came of it; `null`: no tracking server is set up here, or nothing names the run.
   * @param id as the client says; `null`: the run of the logged model at `uri`
   * @throws DomainError when that does not answer now: a version without its metrics would not pass its checks
   */
  async run(id: string | null, uri: string): Promise<RunFacts | null> {
    const what = id === null ? uri : `runs:/${id}`;
    try {
      return (await this.settings.run?.({ id, uri })) ?? null;
    } catch (error) {
      if (error instanceof PlaceAway) throw unreadable(what, error);
      return {
        metrics: {},
        source: {},
        dataset: {},
        unread: [`The run of ${what}: ${(error as Error).message}`],
      };
    }
  }

  private pinning(uri: string): ArtifactSource | null {
    return this.settings.sources.find((one) => one.pin && one.protocols.includes(protocolOf(uri))) ?? null;
  }

  /** The same for a version that is registered: a folder that is kept here is read here, else where it is. */
  async verifyAgain(artifact: { uri: string; digest: string }): Promise<void> {
    if (!(await this.fetched.isWhole(artifact.digest))) await this.verify(artifact);
  }

  /**
   * The local copy of an artifact, named by its digest. Makes it (checking the digest on the way)
   * when there is none; a copy is complete or not there.
   * @returns the path of the file, or of the folder
   */
  async local(folder: string, artifact: { uri: string; digest: string }): Promise<string> {
    const { uri, digest } = artifact;
    const hex = digest.replace(/^sha256:/, '');
    const extension = path.extname(URL.canParse(uri) ? new URL(uri).pathname : '').replace(/[^.\w]/g, '');
    const file = path.join(folder, 'sha256', `${hex}${extension}`);
    if (await isThere(file)) return file;
    const tree = path.join(folder, 'folders', hex);
    for (const made of [file, tree]) await removeAbandoned(path.dirname(made), Date.now());
    if ((await isThere(tree)) || (await layOutFolder(this.settings.fetched, digest, tree))) return tree;
    const found = await this.find(uri);
    if (found.kind === 'folder') {
      await this.fetch(uri, digest, found);
      if (await layOutFolder(this.settings.fetched, digest, tree)) return tree;
      throw unreadable(uri, new Error('its files went while they were laid out'));
    }
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    const half = `${file}.${randomUUID()}.part`;
    try {
      await this.digestWhile(uri, digest, found, (source) =>
        pipeline(source, createWriteStream(half, { mode: 0o600 })),
      );
      await rename(half, file);
    } finally {
      await rm(half, { force: true });
    }
    return file;
  }

  private fetch(
    uri: string,
    expected: string | null,
    found: FoundFolder,
    gone: AbortSignal | null = null,
  ): Promise<string> {
    const { fetched: store, mostBytes } = this.settings;
    return fetchFolder({ store, uri, expected, mostBytes, gone }, found);
  }

  private async find(uri: string): Promise<FoundFile | FoundFolder> {
    const protocol = protocolOf(uri);
    const source = this.settings.sources.find(({ protocols }) => protocols.includes(protocol));
    try {
      if (!source) throw new Error(`nothing that is set up here reads ${protocol} artifacts`);
      return await source.find(uri);
    } catch (error) {
      throw unreadable(uri, error);
    }
  }

  /** Streams a file through `use` and throws unless its digest is the expected one. */
  private async digestWhile(
    uri: string,
    expected: string,
    found: FoundFile,
    use: (source: Readable) => Promise<void>,
  ): Promise<void> {
    const { digest: actual, size, manner } = await this.read(uri, found, use);
    if (actual !== expected) throw mismatch(uri, { actual, expected }, `${size} bytes`, manner);
  }

  private async digestOf(uri: string, found: FoundFile): Promise<string> {
    return (await this.read(uri, found, drain)).digest;
  }

  private async read(
    uri: string,
    found: FoundFile,
    use: (source: Readable) => Promise<void>,
  ): Promise<{ digest: string; size: number; manner: string }> {
    const failed = (error: unknown): never => {
      throw unreadable(uri, error);
    };
    const { source, length, manner } = await found.open().catch(failed);
    const hash = createHash('sha256');
    // What was uploaded was measured then; what an address gives is measured here, whatever it says of itself.
    const most = protocolOf(uri) === UPLOADED ? Infinity : this.settings.mostBytes;
    let size = 0;
    let head = Buffer.alloc(0);
    const hashing = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        size += chunk.length;
        if (size > most) return done(tooLarge(uri, most));
        if (head.length < MANIFEST_HEADER.length) {
          head = Buffer.concat([head, chunk.subarray(0, MANIFEST_HEADER.length)]);
          if (beginsManifest(head)) return done(isManifest(uri));
        }
        hash.update(chunk);
        done(null, chunk);
      },
      flush(done) {
        done(
          length === null || size === length ? null : new Error(`it ends after ${size} of ${length} bytes`),
        );
      },
    });
    if ((length ?? 0) > most) {
      source.destroy();
      throw tooLarge(uri, most);
    }
    await Promise.all([pipeline(source, hashing).catch(failed), use(hashing).catch(failed)]);
    return { digest: `sha256:${hash.digest('hex')}`, size, manner };
  }
}

/** Only the digest is wanted. */
const drain = async (source: Readable): Promise<void> => {
  for await (const _chunk of source);
};

/** `sources` are told apart by it; empty: it is no URL. */
const protocolOf = (uri: string): string => /^([a-z][a-z0-9+.-]*:)/i.exec(uri)?.[1]?.toLowerCase() ?? '';

const isManifest = (uri: string): DomainError =>
  new DomainError(
    'invalid',
    'artifact_unreadable',
    `The artifact at ${uri} is the manifest of a folder, not a file that can be served. Register the folder.`,
    [{ pointer: '/artifact/uri', detail: 'is the manifest of a folder' }],
  );
