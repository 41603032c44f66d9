import type { Tally } from '../tally.ts';
import { bornAt, ERA, type Slice, SLICE_SECONDS, sliceLater } from './blocks.ts';
import { renameSlices } from './rename-slices.ts';

/*
 * The database's clock may be set back. Slices grow with their age, so one that lies in the future would make all that comes after it part of slices of hours, and
 * its harm would be seen hours later. So what lies there is kept in an era of its own (`ERA`, years in which nothing was counted): the same slices of
 * both arms, as long after each other as before, whenever they are taken there. Slices are renamed, never split.
 */

/** What is less in the future is as it says, in ms: a clock that was corrected has most of it behind it soon. */
const MOST_AHEAD_MS = 60_000;

/**
 * A tally whose slices lie in the future, or could not have grown as long as they are by now, has them in the era before: the database's clock was ahead when they
 * were named (`byClock`). Of what has them there already nothing changes.
 * @param nowMs by the database's clock, milliseconds since 1970
 */
export function beforeNow<T extends Pick<Tally, 'blocks'>>(tally: T, nowMs: number): T {
  const latest = (nowMs + MOST_AHEAD_MS) / 1_000 / SLICE_SECONDS;
  return renameSlices(tally, (slice) =>
    bornAt(slice) <= latest ? null : erasBefore(slice, Math.ceil((bornAt(slice) - latest) / ERA)),
  );
}

/** The slice so many eras earlier. Where there was no such time, which no clock that was set shows, all of its length are one: names that mean nothing do not add up. */
const erasBefore = (slice: Slice, eras: number): string =>
  sliceLater(slice, -eras * ERA) ?? `t${slice.level}.0`;
