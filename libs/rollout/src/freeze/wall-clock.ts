import type { Instant } from '#libs/kernel';

const HOUR_MS = 3_600_000;
/** No clock change moves a clock by more (Apia left out a day in 2011), and none follows another within this time. */
export const LONGEST_CHANGE_MS = 25 * HOUR_MS;
/** Offsets lie between -12 and +14 hours; one more for a change of the clocks. */
const FARTHEST_OFFSET_MS = 15 * HOUR_MS;
const MOST_ZONES = 100;
const MOST_STRETCHES = 5_000;

/** Milliseconds since 1970 as the clock of a time zone shows them, as if that zone were UTC. */
export type WallTime = number;

/** What the clock of a time zone shows. */
const shownAt = (instant: Instant, timeZone: string): WallTime => instant + offsetAt(instant, timeZone);

/** The latest time that the clock of a time zone has shown so far: it stands still in the hour that comes twice. */
export function latestShown(instant: Instant, timeZone: string): WallTime {
  const shown = shownAt(instant, timeZone);
  const before = offsetAt(instant - LONGEST_CHANGE_MS, timeZone);
  if (instant + before <= shown) return shown;
  const change = firstWhere(instant - LONGEST_CHANGE_MS, instant, (at) => offsetAt(at, timeZone) !== before);
  return Math.max(shown, change + before - 1);
}

/** The earliest time that the clock of a time zone will show from now on: in the hour that comes twice, its beginning, the first time. */
export function earliestAhead(instant: Instant, timeZone: string): WallTime {
  const shown = shownAt(instant, timeZone);
  const after = offsetAt(instant + LONGEST_CHANGE_MS, timeZone);
  if (instant + after >= shown) return shown;
  const change = firstWhere(instant, instant + LONGEST_CHANGE_MS, (at) => offsetAt(at, timeZone) === after);
  return Math.min(shown, change + after);
}

/** The instant at which the clock of a time zone shows this time for the first time; `isSkipped`: it never does, and this is the change. */
export function firstInstantOf(wall: WallTime, timeZone: string): { at: Instant; isSkipped: boolean } {
  const at = reached(wall, timeZone, latestShown);
  return { at, isSkipped: shownAt(at, timeZone) !== wall };
}

/** The instant from which on the clock of a time zone shows this time or later ones only. */
export function lastInstantOf(wall: WallTime, timeZone: string): Instant {
  return reached(wall, timeZone, earliestAhead);
}

/** The first instant at which a clock that never runs backwards shows this time or a later one. */
function reached(wall: WallTime, timeZone: string, clock: typeof latestShown): Instant {
  const isReached = (at: Instant): boolean => clock(at, timeZone) >= wall;
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

/** A stretch of time with one change of the clocks at most. */
interface Stretch {
  readonly before: number;
  readonly after: number;
  readonly changeAt: Instant;
}

const stretches = new Map<string, Stretch>();

/** How far the clocks of a time zone are ahead of UTC, in ms. Asks `Intl` once for each stretch: it takes microseconds, and a look asks a hundred times. */
function offsetAt(instant: Instant, timeZone: string): number {
  if (timeZone === 'UTC') return 0;
  const index = Math.floor(instant / LONGEST_CHANGE_MS);
  const key = `${index} ${timeZone}`;
  let stretch = stretches.get(key);
  if (stretch === undefined) {
    stretch = stretchOf(index * LONGEST_CHANGE_MS, timeZone);
    if (stretches.size >= MOST_STRETCHES) stretches.clear();
    stretches.set(key, stretch);
  }
  return instant < stretch.changeAt ? stretch.before : stretch.after;
}

function stretchOf(begin: Instant, timeZone: string): Stretch {
  const end = begin + LONGEST_CHANGE_MS;
  const [before, after] = [askOffset(begin, timeZone), askOffset(end, timeZone)];
  if (before === after) return { before, after, changeAt: begin };
  return {
    ...{ before, after },
    changeAt: firstWhere(begin, end, (at) => askOffset(at, timeZone) === after),
  };
}

const formats = new Map<string, Intl.DateTimeFormat>();

function askOffset(instant: Instant, timeZone: string): number {
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
