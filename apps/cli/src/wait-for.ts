import type { Context, Output } from './context.ts';
import { endOf, needsNobodyElse, WAIT_MINUTES } from './ending.ts';
import { type WatchOptions, watchRollout } from './watch.ts';

/** Watches to the end, and makes the exit code say how it was. */
export async function finish(
  context: Context,
  output: Output,
  id: string,
  minutes: number | null,
): Promise<void> {
  await until(context, output, id, { timeoutMs: minutes === null ? null : minutes * 60_000 });
}

/** `--wait`: as `finish`, but nobody waits for a person, nor for good. @param minutes 0: as long as it takes */
export async function waitFor(
  context: Context,
  output: Output,
  id: string,
  minutes = WAIT_MINUTES,
): Promise<void> {
  const timeoutMs = minutes === 0 ? null : minutes * 60_000;
  await until(context, output, id, { timeoutMs, isOver: needsNobodyElse });
}

async function until(context: Context, output: Output, id: string, options: WatchOptions): Promise<void> {
  const seen = await watchRollout(context, id, { ...options, isQuiet: output.output === 'json' });
  if (output.output === 'json') context.print.json(seen);
  const exit = endOf(seen);
  if (exit !== null) throw exit;
}
