import { fits } from './access.ts';

/** What a CI system ran for. */
export interface CiRef {
  /**
   * `unsaid`: a name that may be a branch's or a tag's (GitHub's `workflow_run` does not say which);
   * `other`: neither, such as a pull request, or something that contradicts itself.
   */
  readonly kind: 'branch' | 'tag' | 'unsaid' | 'other';
  /** Without `refs/heads/` or `refs/tags/`. */
  readonly name: string;
}

const FULL = /^refs\/(heads|tags)\/(.+)$/s;
const KINDS = { heads: 'branch', tags: 'tag' } as const;

/**
 * Reads a full ref, such as `refs/heads/main`. A bare name is none: `main` may be a branch or a tag.
 * @param type what the same sender says of it (`branch` or `tag`); left out: nothing
 */
export function refOf(full: string, type?: string): CiRef {
  const [, folder, name] = FULL.exec(full) ?? [];
  if (folder === undefined || name === undefined) return { kind: 'other', name: full };
  const kind = KINDS[folder as keyof typeof KINDS];
  return type === undefined || type === kind ? { kind, name } : { kind: 'other', name: full };
}

/** Which refs a source listens to; a list that is left out allows none of its kind. */
export interface RefRules {
  readonly branches?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** Is the ref one of the rules'? A tag is never taken for a branch of the same name, nor the other way round. */
export function allowsRef({ branches = [], tags = [] }: RefRules, { kind, name }: CiRef): boolean {
  const isOneOf = (patterns: readonly string[]) => patterns.some((pattern) => fits(pattern, name));
  switch (kind) {
    case 'branch':
    case 'unsaid':
      return isOneOf(branches);
    case 'tag':
      return isOneOf(tags);
    case 'other':
      return false;
  }
}

/**
 * The rules of a source about refs; `null`: it takes any.
 * @param events that it listens to. One that listens to releases only may name its tags in `branches`, as sources
 *   did before there was `tags`: no run of it has a branch.
 */
export function refRulesOf({ branches, tags }: RefRules, events: readonly string[]): RefRules | null {
  if (branches === undefined && tags === undefined) return null;
  const isForReleases = events.length > 0 && events.every((event) => event === 'release');
  return isForReleases ? { tags: [...(tags ?? []), ...(branches ?? [])] } : { branches, tags };
}
