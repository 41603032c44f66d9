import type { Instant } from '#libs/kernel';
import { cronMistake, cronPattern, DAY_MS, lastRun, MINUTE_MS, type CronPattern } from './cron-pattern.ts';
import type { FreezeWindow } from '../policy/policy.ts';
import { instantOf, wallClockAt, type WallTime } from './wall-clock.ts';

/** An open freeze window: until when, and why. */
export interface Frozen {
  /** The freeze lasts until then at least. */
  readonly until: Instant;
  /** It ends then. Otherwise nobody has looked farther: windows follow each other without a gap. */
  readonly endsThen: boolean;
  readonly reason: string;
}

/** A freeze whose end is farther away has no end that anybody could wait for. */
const FARTHEST_MS = 370 * DAY_MS;
/** How often another window may take over where one closes, until no end is in sight. */
const MOST_LINKS = 40;

/** What is wrong with a window's cron pattern or time zone, in words; `null` when both are right. */
export function freezeMistake(
  cron: string,
  timeZone: string,
): { field: 'cron' | 'timeZone'; detail: string } | null {
  const detail = cronMistake(cron);
  if (detail !== null) return { field: 'cron', detail };
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    return {
      field: 'timeZone',
      detail: `"${timeZone}" is no time zone; write one such as Europe/Berlin or UTC`,
    };
  }
  return null;
}

/**
 * Is a freeze window open now? A window opens at each time that its cron pattern names and stays open for its
 * duration, both by the clock of its time zone: 62h from Friday 18:00 end on Monday at 8:00 also when the clocks change.
 * It asks for a bounded number of days, whatever the windows are (`cronPattern`, `FARTHEST_MS`, `MOST_LINKS`).
 * @returns until when, windows that follow without a gap included; the reason is that of the open window that closes last
 */
export function frozenAt(windows: readonly FreezeWindow[], now: Instant): Frozen | null {
  let open: { until: Instant; reason: string } | null = null;
  for (const window of windows) {
    const until = closesAt(window, now);
    if (until !== null && (open === null || until > open.until)) open = { until, reason: window.reason };
  }
  if (open === null) return null;
  const farthest = now + FARTHEST_MS;
  let { until } = open;
  for (let links = 0; links < MOST_LINKS && until < farthest; links++) {
    const next = Math.max(...windows.map((window) => closesAt(window, until) ?? 0));
    if (next <= until) return { until, endsThen: true, reason: open.reason };
    until = next;
  }
  return { until: Math.min(until, farthest), endsThen: false, reason: open.reason };
}

/** Does this window alone never close? */
export function isAlwaysOpen({ cron, durationMs }: Pick<FreezeWindow, 'cron' | 'durationMs'>): boolean {
  return shapeOf(cron, durationMs).isAlwaysOpen;
}

/** When a window that is open at this instant closes, its next openings included; `null`: it is closed. */
function closesAt({ cron, durationMs, timeZone }: FreezeWindow, instant: Instant): Instant | null {
  const wall = wallClockAt(instant, timeZone);
  const farthest = wall + FARTHEST_MS;
  const closes = closesAtWall(shapeOf(cron, durationMs), wall, farthest);
  if (closes === null) return null;
  return closes >= farthest ? instant + FARTHEST_MS : instantOf(closes, timeZone);
}

/** Every turn is for another day: the runs of one day that meet are one step. */
function closesAtWall(shape: Shape, wall: WallTime, farthest: WallTime): WallTime | null {
  const { pattern, durationMs, lastThatMeets } = shape;
  if (shape.isAlwaysOpen) return farthest;
  let closes = wall;
  while (closes < farthest) {
    const run = lastRun(pattern, closes, closes - durationMs);
    if (run === null) break;
    const at = (minute: number | undefined): WallTime => run.day * DAY_MS + (minute ?? 0) * MINUTE_MS;
    // It has closed again, or was not opened again.
    if (at(pattern.minutes[run.index]) + durationMs <= closes) break;
    closes = at(lastThatMeets[run.index]) + durationMs;
  }
  return closes > wall ? closes : null;
}

/** How the openings of a window lie on a day. */
interface Shape {
  readonly pattern: CronPattern;
  readonly durationMs: number;
  /** For each minute of the pattern, the last one of that day until which the window does not close. */
  readonly lastThatMeets: readonly number[];
  readonly isAlwaysOpen: boolean;
}

const MOST_SHAPES = 200;
const shapes = new Map<string, Shape>();

function shapeOf(cron: string, durationMs: number): Shape {
  const key = `${durationMs} ${cron}`;
  const known = shapes.get(key);
  if (known) return known;
  const pattern = cronPattern(cron);
  const { minutes } = pattern;
  const lastThatMeets = [...minutes];
  for (let i = minutes.length - 2; i >= 0; i--) {
    const gap = (minutes[i + 1] ?? 0) - (minutes[i] ?? 0);
    if (gap * MINUTE_MS <= durationMs) lastThatMeets[i] = lastThatMeets[i + 1] ?? 0;
  }
  const [first = 0, last = 0] = [minutes[0], lastThatMeets[0]];
  const meetsNextDay = last === minutes.at(-1) && DAY_MS - (last - first) * MINUTE_MS <= durationMs;
  const shape = { pattern, durationMs, lastThatMeets, isAlwaysOpen: pattern.isEveryDay && meetsNextDay };
  if (shapes.size >= MOST_SHAPES) shapes.clear();
  shapes.set(key, shape);
  return shape;
}
