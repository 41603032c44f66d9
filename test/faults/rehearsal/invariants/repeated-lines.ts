/** What a process wrote again and again: `times` within the worst minute. */
export interface RepeatedLine {
  readonly who: string;
  readonly line: string;
  readonly times: number;
}

const WARN = 40;
const MINUTE_MS = 60_000;
/** A word is written once a minute; two are on both sides of one. */
const ALLOWED = 2;

/**
 * Of a log of JSON lines: warnings and errors that one process (by its pid) wrote more often than it may. Those that differ in numbers are the same.
 */
export function repeatedLines(who: string, log: string): readonly RepeatedLine[] {
  const times = new Map<string, number[]>();
  for (const text of log.split('\n')) {
    const entry = parsed(text);
    if (!entry || entry.level < WARN) continue;
    const { pid, msg, reason, err } = entry;
    const line = `${msg} ${err?.type ?? ''} ${err?.message ?? reason ?? ''}`.replaceAll(
      /[\da-f]*\d[\da-f-]*/g,
      '#',
    );
    const key = `${pid} ${line}`;
    times.set(key, [...(times.get(key) ?? []), entry.time]);
  }
  return [...times]
    .map(([key, at]) => ({ who, line: key.slice(key.indexOf(' ') + 1), times: worstMinute(at) }))
    .filter((one) => one.times > ALLOWED);
}

const worstMinute = (at: readonly number[]): number =>
  Math.max(...at.map((from) => at.filter((time) => time >= from && time < from + MINUTE_MS).length));

interface Entry {
  readonly level: number;
  readonly time: number;
  readonly pid: number;
  readonly msg?: string;
  readonly reason?: string;
  readonly err?: { readonly type?: string; readonly message?: string };
}

function parsed(text: string): Entry | null {
  try {
    const value = JSON.parse(text) as Partial<Entry> | null;
    return typeof value?.level === 'number' ? (value as Entry) : null;
  } catch {
    return null;
  }
}
