import type { GatePoint } from './gate-point.ts';
import type { VerdictWord } from './words.ts';

/** A verdict as events and answers have it. */
export interface VerdictShown {
  readonly gate: string;
  readonly segment: string | null;
  readonly verdict: VerdictWord;
  readonly estimate?: number | null | undefined;
  readonly interval: { readonly lower: number | null; readonly upper: number | null };
  readonly margin: number | null;
}

/** What was said of the gates at one moment. */
export interface GatesLook<V extends VerdictShown = VerdictShown> {
  /** In ms since 1970. */
  readonly at: number;
  readonly verdicts: readonly V[];
}

/** A gate, and the segment that it was judged for. */
export const keyOf = ({ gate, segment }: Pick<VerdictShown, 'gate' | 'segment'>): string =>
  segment === null ? gate : `${gate} (${segment})`;

/** The verdicts that a rollout's events tell, in their order. */
export const looksOf = (
  events: readonly { readonly at: string; readonly data: Readonly<Record<string, unknown>> }[],
): readonly GatesLook[] =>
  events.flatMap(({ at, data }) =>
    Array.isArray(data['verdicts'])
      ? [{ at: Date.parse(at), verdicts: data['verdicts'] as VerdictShown[] }]
      : [],
  );

/** What no chart can show is not known. */
const finite = (value: number | null | undefined): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

/** Every gate as it was over time. @param looks in any order @returns by `keyOf`, each in order of time, one point a moment */
export function gatePoints(looks: readonly GatesLook[]): ReadonlyMap<string, readonly GatePoint[]> {
  const points = new Map<string, GatePoint[]>();
  for (const { at, verdicts } of looks.toSorted((a, b) => a.at - b.at)) {
    for (const verdict of verdicts) {
      const { estimate, interval, margin } = verdict;
      const known = points.get(keyOf(verdict)) ?? [];
      if (known.at(-1)?.at !== at)
        known.push({
          at,
          estimate: finite(estimate),
          lower: finite(interval.lower),
          upper: finite(interval.upper),
          margin: finite(margin),
        });
      points.set(keyOf(verdict), known);
    }
  }
  return points;
}
