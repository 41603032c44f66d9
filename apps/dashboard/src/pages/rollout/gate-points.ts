import { useMemo, useRef } from 'react';
import { type GatePoint, gatePoints, type GatesLook, looksOf } from '#libs/rollout-view';
import type { Event, Rollout } from '../../queries.ts';

/** Every gate as it was over time: by the events that changed it, and by what this page has seen since. */
export function useGatePoints(
  rollout: Rollout,
  events: readonly Event[],
): ReadonlyMap<string, readonly GatePoint[]> {
  const seen = useRef<GatesLook[]>([]);
  const last = seen.current.at(-1);
  if (last?.verdicts !== rollout.verdicts && rollout.verdicts.length > 0)
    seen.current.push({
      at: Date.parse(rollout.decision?.at ?? rollout.createdAt),
      verdicts: rollout.verdicts,
    });
  return useMemo(() => gatePoints([...looksOf(events), ...seen.current]), [events, rollout.verdicts]);
}
