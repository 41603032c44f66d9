import { Cron } from 'croner';
import type { Instant } from '#libs/kernel';
import type { FreezeWindow } from './policy.ts';

/** An open freeze window: until when, and why. */
export interface Frozen {
  readonly until: Instant;
  readonly reason: string;
}

/** What is wrong with a window's cron pattern or time zone, in words; `null` when both are right. */
export function freezeMistake(
  cron: string,
  timeZone: string,
): { field: 'cron' | 'timeZone'; detail: string } | null {
  let pattern: Cron;
  try {
    pattern = new Cron(cron, { paused: true, mode: '5-part' });
  } catch (error) {
    return { field: 'cron', detail: (error as Error).message.replace(/^\w+: /, '') };
  }
  if (pattern.nextRun(new Date(0)) === null) return { field: 'cron', detail: `"${cron}" never comes` };
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
 * Is a freeze window open now? A window is open from each time its cron pattern names (in its time
 * zone) for its duration; of several the one that closes last counts.
 */
export function frozenAt(windows: readonly FreezeWindow[], now: Instant): Frozen | null {
  let found: Frozen | null = null;
  for (const { cron, durationMs, timeZone, reason } of windows) {
    const pattern = new Cron(cron, { paused: true, mode: '5-part', timezone: timeZone });
    // The runs after (now - duration) and not after now are the windows that are still open.
    let opened = pattern.nextRun(new Date(now - durationMs));
    while (opened !== null && opened.getTime() <= now) {
      const until = opened.getTime() + durationMs;
      if (found === null || until > found.until) found = { until, reason };
      opened = pattern.nextRun(opened);
    }
  }
  return found;
}
