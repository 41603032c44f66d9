import type { Instant } from '#libs/kernel';
import type { FreezeWindow } from '../policy/policy.ts';
import { cronPattern, DAY_MS, MINUTE_MS } from './cron-pattern.ts';
import { latestShown } from './wall-clock.ts';

/** Where the look for a gap begins: a fixed day, so that a policy is read alike whenever it is given. */
const FROM_DAY = Date.UTC(2026, 0, 1) / DAY_MS;
/** Windows that leave no gap for so long never close, as `frozenAt` has it. */
const DAYS = 370;
/** Enough where each day is like the other. */
const DAYS_ALIKE = 2;
/** A window lasts 31 days at most, and clocks are a day apart. */
const DAYS_BEFORE = 33;
/** On most days of the year clocks are as far apart as on one of these. */
const SEASONS = [Date.UTC(2026, 0, 1), Date.UTC(2026, 6, 1)];

/**
 * Do freeze windows leave no gap between them, alone or together, for 370 days? Windows of several time zones leave none whichever season's
 * clocks they go by; the days on which they change are not looked at. It looks at each opening once at most a season, and ends at the first gap.
 * @param windows that have no mistakes
 */
export function leaveNoGap(windows: readonly FreezeWindow[]): boolean {
  if (windows.length === 0) return false;
  const isOneClock = new Set(windows.map(({ timeZone }) => timeZone)).size === 1;
  if (isOneClock)
    return meet(
      windows,
      windows.map(() => 0),
    );
  const seasons = new Map(
    SEASONS.map((at) => windows.map(({ timeZone }) => latestShown(at, timeZone) - at)).map((ahead) => [
      ahead.join(),
      ahead,
    ]),
  );
  return [...seasons.values()].every((ahead) => meet(windows, ahead));
}

/** @param ahead how far the clock of each window is ahead of UTC, in ms */
function meet(windows: readonly FreezeWindow[], ahead: readonly number[]): boolean {
  const isAlike = windows.every(({ cron }) => cronPattern(cron).isEveryDay);
  const farthest = (FROM_DAY + (isAlike ? DAYS_ALIKE : DAYS)) * DAY_MS;
  const closers = windows.map((window, i) => closerOf(window, ahead[i] ?? 0));
  let until = FROM_DAY * DAY_MS;
  while (until < farthest) {
    let next = until;
    for (const closesAfter of closers) next = Math.max(next, closesAfter(until));
    if (next === until) return false;
    until = next;
  }
  return true;
}

/** When a window that is open at an instant closes (0: it is not open), asked for instants that ascend. Its further openings are not looked at. */
function closerOf({ cron, durationMs }: FreezeWindow, aheadMs: number) {
  const { minutes, comesOn } = cronPattern(cron);
  const stretches = stretchesOfDay(minutes, durationMs);
  let day = FROM_DAY - DAYS_BEFORE - 1;
  let index = stretches.length;
  return (instant: Instant): Instant => {
    while (day <= FROM_DAY + DAYS) {
      const stretch = stretches[index];
      const midnight = day * DAY_MS - aheadMs;
      if (stretch === undefined) {
        index = 0;
        do day++;
        while (day <= FROM_DAY + DAYS && !comesOn(day));
      } else if (midnight + stretch.to > instant)
        return midnight + stretch.from <= instant ? midnight + stretch.to : 0;
      else index++;
    }
    return 0;
  };
}

/** From when until when a window is open by its openings of one day, in ms from midnight; those that meet are one. */
function stretchesOfDay(minutes: readonly number[], durationMs: number): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  for (const minute of minutes) {
    const from = minute * MINUTE_MS;
    const last = found.at(-1);
    if (last && last.to >= from) last.to = from + durationMs;
    else found.push({ from, to: from + durationMs });
  }
  return found;
}
