import type { Event } from '../../queries.ts';

/** An event, and how many looks right before it said no more than it does. */
export interface Folded {
  readonly event: Event;
  readonly looksBefore: number;
}

/**
 * Looks that decided nothing come every few seconds: of those in a row only the last is shown.
 * @param events in the order in which they happened
 */
export function foldLooks(events: readonly Event[]): readonly Folded[] {
  const folded: Folded[] = [];
  let looksBefore = 0;
  events.forEach((event, i) => {
    const isFollowed = events[i + 1]?.type === 'rollout.judged';
    if (event.type === 'rollout.judged' && isFollowed) {
      looksBefore++;
      return;
    }
    folded.push({ event, looksBefore });
    looksBefore = 0;
  });
  return folded;
}
