import { shownUrl } from '#libs/kernel';
import type { ServingProbe } from '../ports/outside-ports.ts';
import { takesCallers, type Readiness } from '#libs/traffic';

/** The replicas of one version. */
export interface ServersProbed {
  readonly urls: readonly string[];
  /** Where each of them says that it is ready; `null`: at one of the usual paths. */
  readonly healthPath: string | null;
}

/** So many are named of those that are not ready. */
const MOST_NAMED = 3;

/** Asks all replicas of a version at once, and says how ready the version is. Takes as long as one probe may. */
export async function probeAll(
  serving: ServingProbe,
  { urls, healthPath }: ServersProbed,
): Promise<Readiness> {
  return together(urls, await Promise.all(urls.map((url) => serving.probe({ url, healthPath }))));
}

/**
 * How ready a version is, by what each of its replicas says. Pure.
 * - all take callers: it is ready, or `alive` where one of them says nothing of readiness;
 * - at least half do: `partly`. Gateways leave out the others (ADR 23);
 * - fewer: `not_ready`, or `unreachable` where none answers.
 * @param said in the order of `urls`, which are one at least
 */
export function together(urls: readonly string[], said: readonly Readiness[]): Readiness {
  const [first] = said;
  if (said.length === 1 && first) return first;
  const missing = said.flatMap((one, at) => (takesCallers(one) ? [] : [{ one, url: urls[at] ?? '' }]));
  if (missing.length === 0) {
    const alive = said.find(({ state }) => state === 'alive');
    const paths = new Set(said.map(({ readyPath }) => readyPath));
    const [readyPath] = paths;
    return {
      state: alive ? 'alive' : 'ready',
      because: `all ${said.length} serving URLs: ${(alive ?? first)?.because ?? ''}`,
      ...(paths.size === 1 && readyPath !== undefined ? { readyPath } : {}),
    };
  }
  const named = missing.slice(0, MOST_NAMED).map(({ url, one }) => `${shownUrl(url)}: ${one.because}`);
  const more = missing.length > MOST_NAMED ? [`and ${missing.length - MOST_NAMED} more`] : [];
  const because = `${missing.length} of ${said.length} serving URLs ${missing.length === 1 ? 'is' : 'are'} not ready: ${[...named, ...more].join('; ')}`;
  if (missing.length * 2 <= said.length) return { state: 'partly', because };
  return { state: said.every(({ state }) => state === 'unreachable') ? 'unreachable' : 'not_ready', because };
}
