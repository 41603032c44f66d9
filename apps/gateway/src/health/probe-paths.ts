import {
  ALIVE,
  lost,
  NO_HEALTH_PATH,
  readAnswer,
  readAnyAnswer,
  readyPathsOf,
  type PathAnswer,
  type Readiness,
  type ReadyPath,
} from '#libs/traffic';

/** At which path a server has told of its readiness before; `null`: at none. */
export interface KnownPath {
  readonly path: ReadyPath | null;
}

/** A probe in its course: the next path to be asked, or what the server says. */
export type Course =
  | { readonly ask: ReadyPath; readonly left: readonly ReadyPath[]; readonly isFirst: boolean }
  | { readonly said: Readiness; readonly known: KnownPath };

/**
 * Begins a probe: at the path that told last time, or else by the rules of the registry's own probes
 * (docs/guides/readiness.md). Pure.
 * @param usual `DEPLOYER_READY_PATH`
 */
export function beginProbe(known: KnownPath | null, healthPath: string | null, usual: string): Course {
  const paths = readyPathsOf(healthPath, usual);
  const [first] = paths;
  const ask = known?.path ?? first ?? { path: usual, kind: 'readiness' };
  return { ask, left: paths.filter(({ path }) => path !== ask.path), isFirst: true };
}

/**
 * What one answer of a probe leads to. A server that knew none of the paths is alive while it does not know the first one
 * either; one that has lost the path at which it told is asked at all of them, and is not ready where it knows none: another program may have
 * taken its port. Pure.
 */
export function nextOf(
  { ask, left, isFirst }: Extract<Course, { ask: unknown }>,
  answer: PathAnswer,
  { known, healthPath }: { readonly known: KnownPath | null; readonly healthPath: string | null },
): Course {
  const said = healthPath === NO_HEALTH_PATH ? readAnyAnswer(answer) : readAnswer(ask, answer);
  if (said !== null) return { said, known: { path: ask } };
  const wasAlive = known !== null && known.path === null;
  const [next, ...rest] = left;
  if (next === undefined && known?.path)
    return { said: lost(known.path.path, 'it answers as if there were no such path'), known };
  if (next === undefined || (isFirst && wasAlive)) return { said: ALIVE, known: { path: null } };
  return { ask: next, left: rest, isFirst: false };
}
