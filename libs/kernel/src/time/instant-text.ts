import type { Instant } from './clock.ts';

const FORM =
  /^(\d{4})-(\d\d)-(\d\d)(?:(?:T| )(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?: ?(Z|UTC|[+-]\d\d:?\d\d))?)?$/;
const MINUTE_MS = 60_000;

/**
 * Reads a time that somebody else wrote: a date (`2026-11-24`), or one with a time (`2026-11-24T08:00:00.5Z`), as
 * ISO 8601 has it, and as GitLab does (`2026-11-24 08:00:00 UTC`). Without a zone it is UTC, wherever this runs.
 * `Date.parse` reads much more ("version 3" is a day in 2001), and other things in other places.
 * @returns `null` for anything else, and for days and hours that do not exist
 */
export function parseInstant(text: string): Instant | null {
  const match = FORM.exec(text);
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const offset = offsetOf(match[8] ?? 'Z');
  if (offset === null) return null;
  const millis = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  const date = new Date(0);
  date.setUTCFullYear(year ?? 0, (month ?? 0) - 1, day);
  date.setUTCHours(hour ?? 0, minute, second, millis);
  const isAsWritten =
    date.getUTCMonth() + 1 === month &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second;
  return isAsWritten ? date.getTime() - offset : null;
}

/**
 * Reads a time as RFC 3339 writes it, to the second and with its zone (`2026-12-01T08:00:00+01:00`): what people mean by a
 * clock on a wall must not depend on where it is read.
 * @returns `null` for anything else, and for days and hours that do not exist
 */
export const parseTimestamp = (text: string): Instant | null =>
  RFC_3339.test(text) ? parseInstant(text) : null;

const RFC_3339 = /^[\d-]{10}T[\d:]{8}(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** How far a zone is ahead of UTC, in ms. */
function offsetOf(zone: string): number | null {
  if (zone === 'Z' || zone === 'UTC') return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * MINUTE_MS;
}
