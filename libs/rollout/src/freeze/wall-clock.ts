import type { Instant } from '#libs/kernel';

const HOUR_MS = 3_600_000;
/** No clock change moves a clock by more, and none follows another within this time. */
const LONGEST_CHANGE_MS = 3 * HOUR_MS;
/** Offsets lie between -12 and +14 hours; one more for a change of the clocks. */
const FARTHEST_OFFSET_MS = 15 * HOUR_MS;
const MOST_ZONES = 100;

/** Milliseconds since 1970 as the clock of a time zone shows them, as if that zone were UTC. */
export type WallTime = number;

/**
 * What the clock of a time zone shows. When clocks go back, it stands still for the hour that comes twice:
 * so it never runs backwards, and nothing that ended in that hour begins again.
 */
export function wallClockAt(instant: Instant, timeZone: string): WallTime {
  const offset = offsetAt(instant, timeZone);
  const before = offsetAt(instant - LONGEST_CHANGE_MS, timeZone);
  if (before <= offset) return instant + offset;
  const change = firstWhere(instant - LONGEST_CHANGE_MS, instant, (at) => offsetAt(at, timeZone) !== before);
  return Math.max(instant + offset, change + before - 1);
}

/** The first instant at which the clock of a time zone shows this time or a later one. */
export function instantOf(wall: WallTime, timeZone: string): Instant {
  const isReached = (at: Instant): boolean => wallClockAt(at, timeZone) >= wall;
  const guess = wall - offsetAt(wall - offsetAt(wall, timeZone), timeZone);
  if (isReached(guess) && !isReached(guess - 1)) return guess;
  return firstWhere(wall - FARTHEST_OFFSET_MS, wall + FARTHEST_OFFSET_MS, isReached);
}

/** The first instant in (after, until] for which it holds, as it does from then on up to `until`. */
function firstWhere(after: Instant, until: Instant, holds: (at: Instant) => boolean): Instant {
  let [low, high] = [after, until];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** How far the clocks of a time zone are ahead of UTC, in ms. */
function offsetAt(instant: Instant, timeZone: string): number {
  if (timeZone === 'UTC') return 0;
  let format = formats.get(timeZone);
  if (format === undefined) {
    if (formats.size >= MOST_ZONES) formats.clear();
    format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    formats.set(timeZone, format);
  }
  const name = format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours, minutes, seconds] = /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(name) ?? [];
  const ms = Number(hours ?? 0) * HOUR_MS + Number(minutes ?? 0) * 60_000 + Number(seconds ?? 0) * 1_000;
  return sign === '-' ? -ms : ms;
}
