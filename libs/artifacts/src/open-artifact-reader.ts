import path from 'node:path';
import { ArtifactReader } from './artifact-reader.ts';
import type { ArtifactStore } from './artifact-store.ts';
import { FetchedStore } from './fetched-store.ts';
import type { FilePlaces } from './sources/allowed-places.ts';
import { fileSource } from './sources/file-source.ts';
import { httpsSource } from './sources/https-source.ts';
import type { MlflowServer } from './sources/mlflow-api.ts';
import { type AskedRun, askedRun } from './sources/mlflow-run.ts';
import { mlflowSource } from './sources/mlflow-source.ts';
import { type S3Settings, s3Source } from './sources/s3-source.ts';
import { uploadedSource } from './sources/uploaded-source.ts';

export interface ArtifactPlaces extends FilePlaces {
  /** Asks where others say. */
  readonly fetch: typeof fetch;
  /** No artifact that is named by its address has more bytes; a folder's files together. */
  readonly mostBytes: number;
  /** `null`, or left out: places of MLflow are not read. */
  readonly mlflow?: MlflowServer | null;
  /** `null`, or left out: `s3://` is not read. */
  readonly s3?: S3Settings | null;
}

/** The reader of all kinds of places. @param uploads what folders hold is kept beside them, in `fetched` */
export function openArtifactReader(uploads: ArtifactStore, places: ArtifactPlaces): ArtifactReader {
  const { mostBytes, mlflow = null, s3 = null } = places;
  return new ArtifactReader({
    sources: [
      ...[uploadedSource(uploads), fileSource(places), httpsSource(places.fetch)],
      ...(mlflow ? [mlflowSource(mlflow)] : []),
      ...(s3 ? [s3Source(s3)] : []),
    ],
    fetched: new FetchedStore(path.join(uploads.folder, 'fetched'), mostBytes),
    mostBytes,
    ...(mlflow ? { run: (asked: AskedRun) => askedRun(mlflow, asked) } : {}),
  });
}
