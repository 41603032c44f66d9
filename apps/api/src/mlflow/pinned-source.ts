import { mayTouch, type Stores, type VersionRecord } from '#libs/engine';
import { invalid } from './mlflow-error.ts';
import { latestByStage } from './registry-lookup.ts';

/** A source that names another version by what moves. */
export interface MovingSource {
  /** As it is written there: it may be percent-encoded. */
  readonly name: string;
  readonly by: 'alias' | 'latest' | 'stage';
  /** The alias, or the stage. */
  readonly value: string;
}

/**
 * Reads `models:/name@alias`, `models:/name/latest` and `models:/name/Stage` as MLflow's client does; `null`: the source
 * names something that does not move (a number, a logged model, a place of files), or a registry of another host. Pure.
 */
export function movingSource(source: string): MovingSource | null {
  // A query or a fragment is no part of the path; `models://host/…` is another registry.
  const [, path] = /^models:(?:\/|\/{3,})([^/?#][^?#]*)/i.exec(source) ?? [];
  if (path === undefined) return null;
  const [name = '', suffix, ...more] = path.split('/');
  if (more.length > 0) return null;
  if (suffix === undefined) {
    const at = name.lastIndexOf('@');
    if (at < 1 || at === name.length - 1) return null;
    return { name: name.slice(0, at), by: 'alias', value: name.slice(at + 1) };
  }
  if (suffix.trim() === '' || /^\d+$/.test(suffix)) return null;
  return { name, by: suffix.toLowerCase() === 'latest' ? 'latest' : 'stage', value: suffix };
}

/**
 * A source with the number in place of what moves: what a version is stays what it was when it was registered.
 * @param visible the models that the asker may see; another one is not known to them
 * @returns `null` for an alias, a stage or a model that this registry does not know
 */
export async function pinnedSource(
  stores: Stores,
  source: string,
  visible: readonly string[] | null,
): Promise<string | null> {
  const moving = movingSource(source);
  if (moving === null) return source;
  const version = await versionNow(stores, moving, visible);
  return version === null ? null : `models:/${moving.name}/${version.version}`;
}

/** What is said of a moving source that nobody knows. */
export function unknownSource(source: string): Error {
  const moving = movingSource(source);
  const what = moving?.by === 'latest' ? 'the latest version' : `the ${moving?.by} ${moving?.value}`;
  return invalid(
    `The source ${source} names ${what} of a model, which moves, and this registry does not know it. Name a version by its number (models:/${moving?.name}/1), or the place of its files.`,
  );
}

async function versionNow(
  stores: Stores,
  { name: written, by, value }: MovingSource,
  visible: readonly string[] | null,
): Promise<VersionRecord | null> {
  const name = nameIn(written);
  if (name === null || !mayTouch(visible, name)) return null;
  const model = await stores.models.find(name);
  if (model === null) return null;
  if (by === 'alias') return stores.versions.findByAlias(name, value);
  const found = await latestByStage(stores, model, by === 'stage' ? [value] : []);
  return found.reduce<VersionRecord | null>(
    (newest, one) => (newest !== null && newest.version > one.version ? newest : one),
    null,
  );
}

/** A name as it is written in a URI; `null`: it cannot be read. */
export function nameIn(text = ''): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
