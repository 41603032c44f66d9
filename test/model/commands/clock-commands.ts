import type { World } from '../world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The database's clock is set back: by a step of NTP, or to the time of a machine that was restored. */
export function clockBack(world: World, n: number): Promise<void> {
  return world.setClock(-([40, 2_500, 45_000, 5 * HOUR_MS, 3 * DAY_MS][n % 5] ?? 0));
}

/** It jumps ahead by days; most often it is mended later, with all that was written meanwhile. */
export async function clockAhead(world: World, n: number): Promise<void> {
  const days = [1, 3, 40][n % 3] ?? 1;
  await world.setClock(days * DAY_MS);
}
