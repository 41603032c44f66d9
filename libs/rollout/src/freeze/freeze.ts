import type { Instant } from '#libs/kernel';
import {
  cronMistake,
  cronPattern,
  DAY_MS,
  lastRun,
  MINUTE_MS,
  type CronPattern,
  type Run,
} from './cron-pattern.ts';
import type { FreezeWindow } from '../policy/policy.ts';
import {
  earliestAhead,
  firstInstantOf,
  lastInstantOf,
  latestShown,
  LONGEST_CHANGE_MS,
  type WallTime,
} from './wall-clock.ts';

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
 * A time that the clocks skip opens it at the change, for its whole duration; an hour that comes twice is covered both times.
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
  const shape = shapeOf(cron, durationMs);
  const shown = latestShown(instant, timeZone);
  if (shape.isAlwaysOpen) return instant + FARTHEST_MS;
  // One that was skipped may be open still, though the clock is past its end.
  const earliest = earliestAhead(instant, timeZone) - durationMs - LONGEST_CHANGE_MS;
  const run = lastRun(shape.pattern, shown, earliest);
  if (run === null) return null;
  const opened = lastThatMeets(shape, run, shown + FARTHEST_MS);
  if (opened - shown >= FARTHEST_MS) return instant + FARTHEST_MS;
  const closes = lastInstantOf(opened + durationMs, timeZone);
  const { at, isSkipped } = firstInstantOf(opened, timeZone);
  const until = isSkipped ? Math.max(closes, at + durationMs) : closes;
  return until > instant ? until : null;
}

/** The last opening after a run until which the window does not close. Every turn is for another day: the runs of one day that meet are one step. */
function lastThatMeets(shape: Shape, run: Run, farthest: WallTime): WallTime {
  const { pattern, durationMs } = shape;
  const at = ({ day }: Run, minute: number | undefined): WallTime => day * DAY_MS + (minute ?? 0) * MINUTE_MS;
  let opened = at(run, shape.lastOfDay[run.index]);
  while (opened < farthest) {
    const closes = opened + durationMs;
    const next = lastRun(pattern, closes, closes - durationMs);
    // It has closed again, or was not opened again.
    if (next === null || at(next, pattern.minutes[next.index]) <= opened) break;
    opened = at(next, shape.lastOfDay[next.index]);
  }
  return opened;
}

/** How the openings of a window lie on a day. */
interface Shape {
  readonly pattern: CronPattern;
  readonly durationMs: number;
  /** For each minute of the pattern, the last one of that day until which the window does not close. */
  readonly lastOfDay: readonly number[];
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
  const lastOfDay = [...minutes];
  for (let i = minutes.length - 2; i >= 0; i--) {
    const gap = (minutes[i + 1] ?? 0) - (minutes[i] ?? 0);
    if (gap * MINUTE_MS <= durationMs) lastOfDay[i] = lastOfDay[i + 1] ?? 0;
  }
  const [first = 0, last = 0] = [minutes[0], lastOfDay[0]];
  const meetsNextDay = last === minutes.at(-1) && DAY_MS - (last - first) * MINUTE_MS <= durationMs;
  const shape = { pattern, durationMs, lastOfDay, isAlwaysOpen: pattern.isEveryDay && meetsNextDay };
  if (shapes.size >= MOST_SHAPES) shapes.clear();
  shapes.set(key, shape);
  return shape;
}
