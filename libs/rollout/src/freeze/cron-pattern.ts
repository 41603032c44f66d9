import { Cron } from 'croner';
import type { WallTime } from './wall-clock.ts';

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;
export const DAY_MINUTES = 1_440;
const MOST_KEPT = 200;
const EVERY_HOUR = 24;
const EVERY_MINUTE = 60;

/** A cron pattern of five fields, taken apart: on which days it comes, and when on each of them. */
export interface CronPattern {
  /** Minutes of the day at which it comes, ascending; the same on every day that it comes on. */
  readonly minutes: readonly number[];
  readonly isEveryDay: boolean;
  /** @param day days since 1970 */
  readonly comesOn: (day: number) => boolean;
}

const kept = new Map<string, CronPattern>();

/**
 * Takes a pattern apart, by what croner says of its fields. It asks croner 84 times, whatever the pattern;
 * the days are asked for one by one.
 * @throws TypeError of croner when the pattern is none
 */
export function cronPattern(text: string): CronPattern {
  const known = kept.get(text);
  if (known) return known;
  // Nicknames such as @daily come out as fields.
  const fields = read(text).getPattern()?.trim().split(/\s+/) ?? [];
  const [minute = '*', hour = '*', ...days] = fields;
  const hours = matching(EVERY_HOUR, read(`* ${hour} * * *`), 60 * MINUTE_MS);
  const minutesOfHour = matching(EVERY_MINUTE, read(`${minute} * * * *`), MINUTE_MS);
  const daily = read(`* * ${days.join(' ')}`);
  const pattern: CronPattern = {
    minutes: hours.flatMap((h) => minutesOfHour.map((m) => h * 60 + m)),
    isEveryDay: days.every((field) => field === '*' || field === '?'),
    comesOn: (day) => daily.match(new Date(day * DAY_MS)),
  };
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(text, pattern);
  return pattern;
}

/** What is wrong with a pattern, in words; `null`: nothing. */
export function cronMistake(text: string): string | null {
  try {
    cronPattern(text);
    return read(text).nextRun(new Date(0)) === null ? `"${text}" never comes` : null;
  } catch (error) {
    return (error as Error).message.replace(/^\w+: /, '');
  }
}

/** A time at which a pattern comes: a day since 1970, and which of the pattern's minutes. */
export interface Run {
  readonly day: number;
  readonly index: number;
}

/** The last time at which the pattern comes up to and with `wall`, looked for on days that end after `earliest`; `null`: none. */
export function lastRun({ minutes, comesOn }: CronPattern, wall: WallTime, earliest: WallTime): Run | null {
  const today = Math.floor(wall / DAY_MS);
  const minute = Math.floor((wall - today * DAY_MS) / MINUTE_MS);
  for (let day = today; (day + 1) * DAY_MS > earliest; day--) {
    const index = day === today ? lastUpTo(minutes, minute) : minutes.length - 1;
    if (index >= 0 && comesOn(day)) return { day, index };
  }
  return null;
}

/** The fields on their own are read as UTC: a date of the calendar is one whatever the zone. */
const read = (text: string): Cron => new Cron(text, { paused: true, mode: '5-part', utcOffset: 0 });

function matching(count: number, pattern: Cron, stepMs: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i).filter((i) => pattern.match(new Date(i * stepMs)));
}

/** The index of the largest of ascending numbers that is not above `most`; -1: none. */
function lastUpTo(ascending: readonly number[], most: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? Infinity) <= most) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
