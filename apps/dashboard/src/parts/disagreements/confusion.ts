import { answersApart } from './answers-apart.ts';

/** A disagreement, as far as its answers go. */
export interface Answered {
  readonly requestId: string;
  readonly primary: { readonly status: number; readonly body: string };
  readonly candidate: { readonly status: number; readonly body: string };
}

/** What the primary and the candidate have said, by one another. */
export interface Confusion {
  /** The place of the answer that it is about; empty: the whole of it. */
  readonly path: string;
  /** In the order in which they are shown: the most frequent first. */
  readonly labels: readonly string[];
  /** How often; `primary → candidate`. */
  readonly count: (primary: string, candidate: string) => number;
  readonly most: number;
  readonly total: number;
}

/** More names than this are no table that anybody reads. */
const MOST_LABELS = 12;
/** A name; a number with a fraction is none. */
const isLabel = (text: string): boolean => text.length <= 40 && !/^-?\d+\.\d+(e[+-]?\d+)?$/i.test(text);

/** What a disagreement is called: what each has said where they differ first. `null`: it is no name for another. */
export function labelsOf({
  primary,
  candidate,
}: Answered): { path: string; from: string; to: string } | null {
  if (primary.status !== candidate.status)
    return { path: 'status', from: String(primary.status), to: String(candidate.status) };
  const [first] = answersApart(primary.body, candidate.body);
  if (first === undefined || !isLabel(first.primary) || !isLabel(first.candidate)) return null;
  return { path: first.path, from: first.primary, to: first.candidate };
}

/**
 * Old against new, of disagreements in the place where most of them differ.
 * @returns `null` where there is nothing that a table would tell: fewer than two, or answers that are not one of a few names
 */
export function confusionOf(samples: readonly Answered[]): Confusion | null {
  const named = samples.map(labelsOf).filter((one) => one !== null);
  const paths = countOf(named.map(({ path }) => path));
  const [path] = [...paths].sort(([, a], [, b]) => b - a)[0] ?? [];
  const here = named.filter((one) => one.path === path);
  const labels = countOf(here.flatMap(({ from, to }) => [from, to]));
  if (path === undefined || here.length < 2 || labels.size > MOST_LABELS) return null;
  const cells = countOf(here.map(({ from, to }) => keyOf(from, to)));
  return {
    path,
    labels: [...labels].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([label]) => label),
    count: (primary, candidate) => cells.get(keyOf(primary, candidate)) ?? 0,
    most: Math.max(...cells.values()),
    total: here.length,
  };
}

const keyOf = (from: string, to: string): string => JSON.stringify([from, to]);

function countOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
