import { z } from 'zod';
import { formatDuration, parseDuration } from '#libs/kernel';

const DAY_MS = 86_400_000;

const kept = (fallback: string, leastMs: number, mostMs: number) =>
  z
    .string()
    .default(fallback)
    .transform((text, context) => {
      const ms = parseDuration(text);
      if (ms !== null && ms >= leastMs && ms <= mostMs) return ms;
      const range = `${formatDuration(leastMs)} to ${formatDuration(mostMs)}`;
      context.addIssue({ code: 'custom', message: `not a duration such as ${fallback}, of ${range}` });
      return z.NEVER;
    });

/** How long what grows by time is kept. */
export const retentionSettings = {
  IDEMPOTENCY_RETENTION: kept('7d', DAY_MS, 366 * DAY_MS),
  // A run may be told of for three days after its end; what is forgotten before could be told again.
  DELIVERY_RETENTION: kept('90d', 4 * DAY_MS, 3_660 * DAY_MS),
};
