import { z } from 'zod';
import { parseDuration, parsePercent } from '#libs/kernel';
import { parseJsonPath } from '#libs/traffic';

/** A duration such as `30s`, read as milliseconds. */
export const duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== null && Number.isSafeInteger(ms)) return ms;
  context.addIssue({ code: 'custom', message: `"${text}" is no duration; write 30s, 10m, 2h or 7d` });
  return z.NEVER;
});

/** A share such as `1%` or `0.25%`, read as basis points; more than nothing. */
export const percent = z.string().transform((text, context) => {
  const points = parsePercent(text);
  if (points !== null && points > 0) return points;
  context.addIssue({
    code: 'custom',
    message: `"${text}" is no share; write more than 0% and at most 100%, with at most two decimals`,
  });
  return z.NEVER;
});

/** As `percent`, or `0%`. */
export const percentOrNone = z.union([z.literal(['0%', '0.0%', '0.00%']).transform(() => 0), percent]);

/** Least requests of a step. 0: they are counted elsewhere, and sources have the say (`uncounted-steps.ts`). */
export const count = z.int().min(0).max(1_000_000_000);
/** A share of events, 0 to 1. */
export const share = z.number().min(0).max(1);
export const outOfTime = z.enum(['rollback', 'pause']);

export const jsonPath = z
  .string()
  .max(500)
  .refine((text) => parseJsonPath(text) !== null, 'a path such as $.inputs[0].data[0]');
