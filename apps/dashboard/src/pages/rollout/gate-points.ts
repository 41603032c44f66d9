import { useMemo, useRef } from 'react';
import type { GatePoint } from '../../parts/chart/gate-point.ts';
import type { Event, Rollout, Verdict } from '../../queries.ts';

/** A gate, and the segment that it was judged for. */
export const keyOf = ({ gate, segment }: Verdict): string =>
  segment === null ? gate : `${gate} (${segment})`;

/** Every gate as it was over time: by the events that changed it, and by what this page has seen since. */
export function useGatePoints(
  rollout: Rollout,
  events: readonly Event[],
): ReadonlyMap<string, readonly GatePoint[]> {
  const seen = useRef<{ at: number; verdicts: readonly Verdict[] }[]>([]);
  const last = seen.current.at(-1);
  if (last?.verdicts !== rollout.verdicts && rollout.verdicts.length > 0)
    seen.current.push({
      at: Date.parse(rollout.decision?.at ?? rollout.createdAt),
      verdicts: rollout.verdicts,
    });
  return useMemo(() => {
    const told = events.flatMap(({ at, data }) =>
      Array.isArray(data['verdicts'])
        ? [{ at: Date.parse(at), verdicts: data['verdicts'] as Verdict[] }]
        : [],
    );
    const points = new Map<string, GatePoint[]>();
    for (const { at, verdicts } of [...told, ...seen.current].sort((a, b) => a.at - b.at)) {
      for (const verdict of verdicts) {
        const { estimate, interval, margin } = verdict;
        const known = points.get(keyOf(verdict)) ?? [];
        if (known.at(-1)?.at !== at)
          known.push({
            at,
            estimate: estimate ?? null,
            lower: interval?.lower ?? null,
            upper: interval?.upper ?? null,
            margin,
          });
        points.set(keyOf(verdict), known);
      }
    }
    return points;
  }, [events, rollout.verdicts]);
}
