import type { FreezeWindow } from '../policy/policy.ts';
import { cronPattern, DAY_MINUTES, DAY_MS, MINUTE_MS } from './cron-pattern.ts';
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

/** Minutes as bits, the lowest first. Cron patterns open at minutes, so a minute is frozen if one window alone is open in all of it. */
type Minutes = bigint;
const WHOLE_DAY: Minutes = (1n << BigInt(DAY_MINUTES)) - 1n;

/**
 * Do freeze windows leave no gap between them, alone or together, for 370 days? Windows of several time zones leave none whichever season's
 * clocks they go by; the days on which they change are not looked at. It asks for each day of a window once at most, whatever its openings
 * are, and ends at the first gap.
 * @param windows that have no mistakes
 */
export function leaveNoGap(windows: readonly FreezeWindow[]): boolean {
  if (windows.length === 0) return false;
  const patterns = windows.map(({ cron }) => cronPattern(cron));
  const opened = windows.map((window, i) => openBy(patterns[i]?.minutes ?? [], window.durationMs));
  const days = patterns.every(({ isEveryDay }) => isEveryDay) ? DAYS_ALIKE : DAYS;
  let seasons = clocksOf(windows).map((ahead) => ({
    // From the midnight before the day of the window on: clocks are less than a day apart.
    byWindow: opened.map((minutes, i) => minutes << BigInt(DAY_MINUTES - (ahead[i] ?? 0))),
    frozen: 0n,
  }));
  for (let day = FROM_DAY - DAYS_BEFORE; day <= FROM_DAY + days && seasons.length > 0; day++) {
    const opening = windows.flatMap((_, i) => (patterns[i]?.comesOn(day) ? [i] : []));
    for (const season of seasons) for (const i of opening) season.frozen |= season.byWindow[i] ?? 0n;
    // What opens later opens after the day before.
    if (day > FROM_DAY) seasons = seasons.filter(({ frozen }) => (frozen & WHOLE_DAY) === WHOLE_DAY);
    for (const season of seasons) season.frozen >>= BigInt(DAY_MINUTES);
  }
  return seasons.length > 0;
}

/** How far the clock of each window is ahead of UTC, in minutes, by each season; of one clock alone that does not matter. */
function clocksOf(windows: readonly FreezeWindow[]): readonly (readonly number[])[] {
  if (new Set(windows.map(({ timeZone }) => timeZone)).size === 1) return [windows.map(() => 0)];
  const seasons = SEASONS.map((at) =>
    windows.map(({ timeZone }) => Math.round((latestShown(at, timeZone) - at) / MINUTE_MS)),
  );
  return [...new Map(seasons.map((ahead) => [ahead.join(), ahead])).values()];
}

/** In which minutes, from midnight on, a window is open throughout by its openings of one day. */
function openBy(opensAt: readonly number[], durationMs: number): Minutes {
  const lasts = Math.floor(durationMs / MINUTE_MS);
  if (lasts === 0) return 0n;
  const opens = new Set(opensAt);
  const digits = Array.from({ length: DAY_MINUTES }, (_, i) => (opens.has(DAY_MINUTES - 1 - i) ? '1' : '0'));
  let open = BigInt(`0b${digits.join('')}`);
  for (let minutes = 1; minutes < lasts;) {
    const more = Math.min(minutes, lasts - minutes);
    open |= open << BigInt(more);
    minutes += more;
  }
  return open;
}
