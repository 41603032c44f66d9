import { shownUrl } from '#libs/kernel';
import type { VersionRecord } from '../ports/records.ts';
import type { NewVersion } from './new-version.ts';

interface Known {
  readonly metrics: Readonly<Record<string, number>>;
  /** Who had a hand in it, as its source says. */
  readonly named: readonly string[];
  readonly uploaders: readonly string[];
  /** What is said of it elsewhere and not kept, in words. */
  readonly unread: readonly string[];
}

/** What the event of a registration holds. */
export function registeredData(
  version: VersionRecord,
  {
    artifact,
    copyOf,
    copiedHands = [],
    source,
  }: Pick<NewVersion, 'artifact' | 'copyOf' | 'copiedHands' | 'source'>,
  { metrics, named, uploaders, unread }: Known,
): Readonly<Record<string, unknown>> {
  const urls = version.servingUrls.map(shownUrl);
  return {
    version: version.version,
    artifact,
    servingUrl: urls[0] ?? null,
    ...(urls.length > 1 ? { servingUrls: urls } : {}),
    ...(version.healthPath === null ? {} : { healthPath: version.healthPath }),
    ...(copyOf ? { copyOf, copiedHands } : {}),
    source,
    metrics,
    ...(unread.length > 0 ? { unread } : {}),
    ...(named.length === 0 ? {} : { people: named }),
    ...(uploaders.length === 0 ? {} : { uploadedBy: uploaders }),
  };
}
