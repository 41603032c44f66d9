import { mayTouch, type NewVersion, type Stores, type VersionRecord } from '#libs/engine';
import type { SourceReader, UnitOfWork } from '../ports.ts';
import { sourceOf } from './mlflow.view.ts';
import { movingSource, nameIn, pinnedSource, unknownSource } from './pinned-source.ts';

/** A version of this very registry: `models:/<name>/<version>`. */
const MODELS_URI = /^models:\/([^/@]+)\/(\d{1,9})$/;

interface NewSource {
  /** As it is kept: what moves is what it stood for. */
  readonly source: string;
  readonly artifact: NewVersion['artifact'];
  readonly copyOf: NonNullable<NewVersion['copyOf']> | null;
}

/**
 * What an MLflow client's source stands for now: a version of this registry, which is copied; else a place that we read,
 * with its digest; else its words, which only a model server understands.
 * @throws MlflowError for what moves and nobody knows; DomainError for a place of ours that cannot be read
 */
export async function newSource(
  uow: UnitOfWork,
  reader: SourceReader,
  said: string,
  visible: readonly string[] | null,
): Promise<NewSource> {
  const { pinned, ours } = await uow.read(async (stores) => {
    const source = await pinnedSource(stores, said, visible);
    return { pinned: source, ours: source === null ? null : await versionHere(stores, source, visible) };
  });
  if (pinned !== null && ours !== null) {
    const copyOf = ours.artifact ? { model: ours.model, version: ours.version } : null;
    return { source: pinned, artifact: null, copyOf };
  }
  const found = await reader.resolve(said);
  if (found === null) {
    if (pinned === null) throw unknownSource(said);
    return { source: pinned, artifact: null, copyOf: null };
  }
  // A number of another registry would be one of ours some day.
  const isOthers = movingSource(said) !== null || MODELS_URI.test(said);
  const artifact = found.digest === null ? null : { uri: found.uri, digest: found.digest };
  return { source: isOthers ? found.uri : said, artifact, copyOf: null };
}

/** The version of this registry that a source names by its number. */
async function versionHere(
  stores: Stores,
  source: string,
  visible: readonly string[] | null,
): Promise<VersionRecord | null> {
  const match = MODELS_URI.exec(source);
  const name = nameIn(match?.[1]);
  if (!match || name === null || !mayTouch(visible, name)) return null;
  return stores.versions.findByName(name, Number(match[2]));
}

/** Where the files are: a copy's are where its original's are, as far as the asker may see the original. */
export async function filesOf(
  stores: Stores,
  version: VersionRecord,
  visible: readonly string[] | null,
): Promise<string> {
  let here = version;
  // Copies of copies; what names itself in a circle cannot be made, but nobody should hang on it.
  for (let i = 0; i < 20; i++) {
    const match = MODELS_URI.exec(sourceOf(here));
    const original = nameIn(match?.[1]);
    if (!match || original === null || !mayTouch(visible, original)) return sourceOf(here);
    const model = await stores.models.find(original);
    const next = model && (await stores.versions.find(model.id, Number(match[2])));
    if (!next) return sourceOf(here);
    here = next;
  }
  return sourceOf(here);
}
