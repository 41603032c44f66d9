import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FreezeWindow } from '../policy/policy.ts';
import { frozenAt } from './freeze.ts';

/*
 * Windows around the changes of clocks, in all time zones there are, against an oracle that reads the clock minute by
 * minute: a window is open from the first minute that shows its start, or has skipped it, until no minute before its end
 * is still to come; and for all of its duration where its start was skipped.
 */
const MINUTE = 60_000;
const DAY = 1_440;
const ZONES = Intl.supportedValuesOf('timeZone');

const formats = new Map<string, Intl.DateTimeFormat>();
/** What people read on the clock, in minutes since 1970; by the digits, not by the offset. */
function clock(minute: number, timeZone: string): number {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', {
      ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
      ...{ hour: 'numeric', minute: 'numeric' },
    });
  formats.set(timeZone, format);
  const [month = 0, day = 0, year = 0, hour = 0, of = 0] = (
    format.format(minute * MINUTE).match(/\d+/g) ?? []
  ).map(Number);
  return Date.UTC(year, month - 1, day, hour, of) / MINUTE;
}

/** The first minute after the first change of the clocks of a zone in half a year; `null`: none. */
function changeIn(timeZone: string, halfYear: number): number | null {
  const ahead = (minute: number): number => clock(minute, timeZone) - minute;
  const begin = Date.UTC(2010, 6 * halfYear) / MINUTE;
  for (let day = begin; day < begin + 184 * DAY; day += 7 * DAY) {
    let [low, high] = [day, day + 7 * DAY];
    if (ahead(low) === ahead(high)) continue;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (ahead(middle) === ahead(low)) low = middle;
      else high = middle;
    }
    return high;
  }
  return null;
}

/** A cron pattern as people read it: at which minutes of the clock does it come? */
function comesAt(cron: string): (wall: number) => boolean {
  const [minute = '', hour, , , days] = cron.split(' ');
  return (wall) => {
    const date = new Date(wall * MINUTE);
    const ofHour = date.getUTCMinutes();
    return (
      date.getUTCHours() === Number(hour) &&
      (days === '*' || [0, 6].includes(date.getUTCDay())) &&
      (minute === '*' || (minute === '*/10' ? ofHour % 10 === 0 : ofHour === Number(minute)))
    );
  };
}

/** Is one of the windows open, at each minute of [from, to)? Their durations are numbers of minutes. */
function slowly(windows: readonly FreezeWindow[], from: number, to: number): boolean[] {
  const [first] = windows;
  if (!first) return [];
  const minutes = first.durationMs / MINUTE;
  const begin = from - minutes - 60;
  const end = to + 60;
  const shown = Array.from({ length: end - begin }, (_, i) => clock(begin + i, first.timeZone));
  const toCome = [...shown];
  for (let i = toCome.length - 2; i >= 0; i--) toCome[i] = Math.min(shown[i] ?? 0, toCome[i + 1] ?? 0);
  const comes = windows.map(({ cron }) => comesAt(cron));
  const open = shown.map(() => false);
  let latest = shown[0] ?? 0;
  for (const [i, now] of shown.entries()) {
    for (let start = latest + 1; start <= now; start++) {
      if (!comes.some((one) => one(start))) continue;
      const isSkipped = start !== now;
      for (let k = i; k < open.length; k++) {
        const isOver = (toCome[k] ?? 0) >= start + minutes;
        if (isOver && !(isSkipped && k < i + minutes)) break;
        open[k] = true;
      }
    }
    latest = Math.max(latest, now);
  }
  return open.slice(from - begin, to - begin);
}

const spread = fc.integer({ min: -150, max: 150 });
const durations = fc.oneof(
  fc.integer({ min: 1, max: 90 }),
  fc.integer({ min: 1, max: 600 }),
  fc.constantFrom(DAY - 30, DAY, DAY + 30),
);
const zoned = (timeZones: readonly string[]) =>
  fc.record({
    ...{ timeZone: fc.constantFrom(...timeZones), halfYear: fc.nat(55), minutes: durations },
    ...{ starts: fc.array(spread, { minLength: 1, maxLength: 4 }), shape: fc.nat(3) },
  });
type Made = typeof zoned extends (...args: never[]) => fc.Arbitrary<infer T> ? T : never;

/** Some windows of a zone around one of its changes, and the minutes to look at. */
function windowsOf({ timeZone, halfYear, starts, shape, minutes }: Made): [FreezeWindow[], number] {
  const change = changeIn(timeZone, halfYear) ?? Date.UTC(2026, 2, 29, 1) / MINUTE;
  const day = shape === 1 ? '* * 0,6' : '* * *';
  const crons = starts.map((start) => {
    const of = clock(change + start, timeZone);
    // Of a change forward, half of them lie in what is skipped.
    const wall = new Date((start % 2 ? of : clock(change - 1, timeZone) + (Math.abs(start) % 60)) * MINUTE);
    const minute = shape === 2 ? '*/10' : shape === 3 ? '*' : String(wall.getUTCMinutes());
    return `${minute} ${wall.getUTCHours()} ${day}`;
  });
  return [crons.map((cron) => ({ cron, durationMs: minutes * MINUTE, timeZone, reason: 'r' })), change];
}

function check(made: Made): void {
  const [windows, change] = windowsOf(made);
  const [from, to] = [change - 200, change + 400];
  const isOpen = slowly(windows, from, to);
  const said: unknown[] = [];
  const right: unknown[] = [];
  for (let i = 0; i < isOpen.length; i += 7) {
    const at = (from + i) * MINUTE;
    const found = frozenAt(windows, at);
    const end = isOpen.indexOf(false, i);
    const untilEnd = found === null || end === -1 ? null : [found.endsThen, found.until / MINUTE - from];
    said.push([i, found !== null, frozenAt(windows, at + MINUTE - 1) !== null, untilEnd]);
    right.push([i, isOpen[i], isOpen[i], isOpen[i] === true && end !== -1 ? [true, end] : null]);
  }
  expect([made.timeZone, change, ...said]).toEqual([made.timeZone, change, ...right]);
}

it('is open as the clock shows it, in every time zone there is', () => {
  expect(ZONES.length).toBeGreaterThan(400);
  for (const [seed, zone] of ZONES.entries())
    fc.assert(fc.property(zoned([zone]), check), { numRuns: 1, seed });
}, 120_000);

it('is open as the clock shows it, where clocks change', () => {
  const changing = ZONES.filter((zone) => changeIn(zone, 33) !== null);
  expect(changing.length).toBeGreaterThan(100);
  fc.assert(fc.property(zoned([...changing, 'Pacific/Apia']), check), { numRuns: 300 });
}, 120_000);
