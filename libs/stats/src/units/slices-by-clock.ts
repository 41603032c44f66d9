import type { Tally } from '../tally.ts';
import { beginOf, endOf, SLICE_SECONDS, sliceLater, sliceOf } from './blocks.ts';
import { renameSlices } from './rename-slices.ts';

/*
 * Each data plane names slices of time by its own clock. All are kept by the database's: what one second was for one data plane is that second for
 * the others, so it is never two draws because two clocks differ, nor does one data plane's evidence age another's.
 */

/** Clocks are put right by whole multiples of it, in shortest slices. A power of two: slices as long as that fall on such slices. */
const AGREE = 8;
/**
 * A sender whose clock is ahead by less, in ms, or behind by less than the rest of `AGREE`, agrees: batches are some time on their way. With half a second, since clocks that are wrong by
 * design (time zones) are so by whole minutes: none of those is now taken for one multiple and now for the next.
 */
const AHEAD_MS = 2_500;

/**
 * A tally whose slices are named by another clock has them by the database's. Those that its sender named before its clock was set back keep their
 * names: they lie after what its clock shows.
 * @param clockMs the sender's time of day when it sent, @param nowMs the database's when it came, both milliseconds since 1970
 */
export function byClock<T extends Pick<Tally, 'blocks'>>(tally: T, clockMs: number, nowMs: number): T {
  const unit = AGREE * SLICE_SECONDS * 1_000;
  const later = Math.floor((nowMs - clockMs + AHEAD_MS) / unit) * AGREE;
  if (later === 0) return tally;
  const latest = clockMs / 1_000 / SLICE_SECONDS + AGREE;
  return renameSlices(tally, (slice) => (endOf(slice) <= latest ? sliceLater(slice, later) : null));
}

/**
 * What the sender's clock shows: one answer for all of a batch. Who does not say so is at its newest slice where that lies in the future, and else taken
 * at its word: what is old may have waited.
 * @param said milliseconds since 1970, as is what is returned
 */
export function clockOf(
  said: number | undefined,
  tallies: readonly Pick<Tally, 'blocks'>[],
  nowMs: number,
): number {
  if (said !== undefined) return said;
  let newest = nowMs;
  for (const { blocks } of tallies)
    for (const name of Object.values(blocks ?? {}).flatMap((all) => Object.keys(all))) {
      const slice = sliceOf(name);
      if (slice !== null) newest = Math.max(newest, beginOf(slice) * SLICE_SECONDS * 1_000);
    }
  return newest;
}
